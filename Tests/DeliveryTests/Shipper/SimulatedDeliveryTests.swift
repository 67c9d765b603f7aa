import Basics
import Delivery
import HTTP
import Simulation
import Spool
import Testing

/// The shipper and the simulated API, over HTTP.
@Suite(.timeLimit(.minutes(5)))
struct SimulatedDeliveryTests {
    private let site: ShippingSite
    private let api: SimulatedAPI
    private let http: HTTPClient
    private var spool: RecordSpool { site.spool }

    init() async throws {
        site = try ShippingSite()
        api = try await Thread.run("api-start") { Result { try SimulatedAPI() } }.get()
        http = try HTTPClient()
    }

    private func record(_ number: Int) -> NewRecord {
        let id = [UInt8](repeating: 0, count: 15) + [UInt8(number)]
        let uniqueID = number % 40 == 39 ? "poison.\(number)" : "1795224725.\(number)"
        let body = """
            {"record_id":"\(String(decoding: ASCII.hexadecimal(id), as: UTF8.self))","call_id":"\(uniqueID)",\
            "uniqueid":"\(uniqueID)","call_type":"inbound","direction":"inbound","duration":12,"billsec":0,"started_at":"2026-11-20T13:05:09Z",\
            "calldate":"2026-11-20T13:05:09.000001Z"}
            """
        return NewRecord(
            id: id,
            kind: .cdr,
            call: number / 2,
            channel: number,
            receivedAt: .now(),
            body: Array(body.utf8)
        )
    }

    private func deliver(_ behaviour: Behaviour) async throws {
        api.setBehaviour(behaviour)
        let access = APIAccess(client: http, baseURL: api.url, key: Secret("sk_test"), hostname: "pbx")
        let receiver = RecordsAPI(access, timeout: .seconds(10))
        try await site.shipping(site.configuration { $0.batchSize = 50 }, to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<200).map { record($0) }))
            await site.drained()
        }
        http.shutDown()
        let api = api
        try? await Thread.run("api-stop") { api.stop() }
        #expect(spool.figures.isBalanced)
        #expect(api.statistics.keyConflicts == 0)
    }

    @Test func `poison is found among the healthy, whatever else goes wrong`() async throws {
        var behaviour = Behaviour()
        behaviour.poisonPrefix = "poison"
        behaviour.sequence = [
            .status(413), .status(503, retryAfter: "0"), .html, .status(401), nil, .reset, .status(413),
            .status(429, retryAfter: "Sun, 06 Nov 1994 08:49:37 GMT"), .gzipRefused, .answerLost, .status(308),
            .status(207, body: "{}"),
        ]
        try await deliver(behaviour)
        #expect(api.statistics.distinct == 195)
        let dead = try await spool.perform { try $0.queue.deadLetters.page(after: 0, limit: 100) }
        #expect(dead.map { Int($0.record.id[15]) } == [39, 79, 119, 159, 199])
        #expect(dead.allSatisfy { $0.status == 400 && $0.reason.contains("poison.") })
    }

    @Test func `an API without faults gets each record once`() async throws {
        var behaviour = Behaviour()
        behaviour.refusesGzip = true
        try await deliver(behaviour)
        #expect(api.statistics.distinct == 200 && api.statistics.repeats == 0)
        #expect(spool.figures.deadLetters == 0)
    }
}
