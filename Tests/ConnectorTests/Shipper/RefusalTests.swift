import Basics
import Connector
import HTTP
import Spool
import Testing

/// What becomes of records that the API refuses.
@Suite(.timeLimit(.minutes(1)))
struct RefusalTests {
    private let site: ShippingSite
    private var spool: Spool { site.spool }

    init() throws { site = try ShippingSite() }

    /// Refuses each request with one of these records in it.
    private func refusing(_ poison: Set<Int>, status: Int = 400) -> ScriptedReceiver {
        ScriptedReceiver {
            poison.isDisjoint(with: $0.numbers) ? ScriptedReceiver.accepted : ScriptedReceiver.refusal(status)
        }
    }

    private func deadNumbers() async throws -> [Int] {
        try await spool.deadLetters(after: 0, limit: 1000).compactMap {
            try JSONParser.parse($0.record.body[...])["n"]?.integer
        }
    }

    /// Whether each key came with one body only.
    private func hasStableKeys(_ receiver: ScriptedReceiver) -> Bool {
        Dictionary(grouping: receiver.requests, by: \.key).values.allSatisfy { Set($0.map(\.body)).count == 1 }
    }

    private func metric(_ line: String) -> Bool {
        String(decoding: site.metrics.registry.render(), as: UTF8.self).contains(line + "\n")
    }

    @Test(arguments: [400, 422], [0, 77, 199])
    func `one poison record in 200 costs 17 requests, and 199 records are delivered`(
        status: Int,
        poison: Int
    ) async throws {
        let receiver = refusing([poison], status: status)
        try await site.shipping(site.configuration(), to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<200).map { site.record($0, kind: $0 == 77 ? .cdr : .cel) }))
            await site.drained()
        }
        #expect(receiver.accepted.sorted() == (0..<200).filter { $0 != poison })
        #expect(receiver.requests.count <= 17)
        #expect(hasStableKeys(receiver))
        let dead = try #require(try await spool.deadLetters(after: 0, limit: 10).first)
        #expect(dead.record.body == site.record(poison).body && dead.status == status)
        #expect(dead.reason == "not acceptable")
        #expect(try await deadNumbers() == [poison])
        #expect(spool.figures.isBalanced)
        #expect(metric("cdrs_failed_total \(poison == 77 ? 1 : 0)"))
        #expect(metric("asterisk_connector_dead_letters_total{kind=\"\(poison == 77 ? "cdr" : "cel")\"} 1"))
        #expect(metric("asterisk_connector_batches_split_total \((receiver.requests.count - 1) / 2)"))
        let line = try #require(site.logged.first { $0.contains("record_id=") })
        for part in ["WARNING", "dead-letters list", "kind=", "status=\(status)", "reason=\"not acceptable\""] {
            #expect(line.contains(part), "\(part)")
        }
    }

    @Test func `each dead letter has its own line`() async throws {
        let receiver = refusing([1, 4, 7])
        try await site.shipping(site.configuration { $0.batchSize = 1 }, to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<9).map { site.record($0) }))
            await site.drained()
        }
        #expect(site.logged.count { $0.contains("record_id=") } == 3)
    }

    @Test func `when everything is refused it ends at 20 dead letters, and goes on by itself later`() async throws {
        let isHealthy = Lock(false)
        let receiver = ScriptedReceiver { _ in
            isHealthy.withLock { $0 } ? ScriptedReceiver.accepted : ScriptedReceiver.refusal(400)
        }
        try await site.shipping(site.configuration(), to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<200).map { site.record($0) }))
            await site.wait { shipper.report.isBraked }
            let before = receiver.requests.count
            await receiver.waitForRequests(before + 60)
            #expect(spool.figures.deadLetters == 20)
            #expect(receiver.requests.suffix(40).allSatisfy { $0.inFlight == 1 }, "one probe at a time")
            #expect(shipper.report.isPaused && shipper.report.lastError?.contains("not acceptable") == true)
            #expect(metric("asterisk_connector_api_braked 1"))
            isHealthy.withLock { $0 = true }
            await site.drained()
            await site.wait { !shipper.report.isPaused }
            #expect(!shipper.report.isBraked && shipper.report.lastSuccess != nil)
        }
        let dead = try await deadNumbers()
        #expect(dead.count == 20)
        #expect(Set(receiver.accepted).union(dead) == Set(0..<200) && receiver.accepted.count == 180)
        #expect(hasStableKeys(receiver))
        #expect(metric("asterisk_connector_api_braked 0"))
        #expect(site.logged.contains { $0.contains("ERROR") && $0.contains("one record after the other") })
    }

    @Test func `poison at the head does not keep healthy records behind it from releasing the brake`() async throws {
        let receiver = refusing(Set(0..<35))
        try await site.shipping(
            site.configuration {
                $0.batchSize = 1
                $0.concurrency = 1
            },
            to: receiver
        ) { shipper in
            shipper.appended(try await spool.append((0..<60).map { site.record($0) }))
            await site.drained()
        }
        #expect(receiver.accepted.sorted() == Array(35..<60))
        #expect(try await deadNumbers().sorted() == Array(0..<35))
    }

    @Test func `what waits with the brake on is not forgotten over a restart`() async throws {
        let refusing = ScriptedReceiver { _ in ScriptedReceiver.refusal(400) }
        try await site.shipping(site.configuration(), to: refusing) { shipper in
            shipper.appended(try await spool.append((0..<100).map { site.record($0) }))
            await site.wait { shipper.report.isBraked }
        }
        let receiver = ScriptedReceiver()
        try await site.shipping(site.configuration(), to: receiver) { _ in await site.drained() }
        #expect(receiver.accepted.sorted() + (try await deadNumbers()).sorted() != [])
        #expect(Set(receiver.accepted).union(try await deadNumbers()) == Set(0..<100))
        #expect(spool.figures.deadLetters == 20)
    }

    @Test func `a call stays in order when its batch is split`() async throws {
        let receiver = refusing([5, 18])
        try await site.shipping(site.configuration(), to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<30).map { site.record($0, call: "call-\($0 % 3)") }))
            await site.drained()
        }
        #expect(!receiver.hasOverlap, "a call is in one request at a time")
        for call in 0..<3 {
            let order = receiver.accepted.filter { $0 % 3 == call }
            #expect(order == order.sorted())
        }
        #expect(receiver.accepted.count == 28)
    }

    @Test func `what is too large is halved, and later requests are smaller`() async throws {
        let receiver = ScriptedReceiver { request in
            let plain = request.isGzip ? try? Gzip.decompress(request.body, limit: 1 << 24) : request.body
            return (plain?.count ?? .max) > 40_000 ? ScriptedReceiver.refusal(413) : ScriptedReceiver.accepted
        }
        try await site.shipping(site.configuration(), to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<100).map { site.record($0, size: 1000) }))
            await site.drained()
            let refused = receiver.requests.count - (receiver.requests.count + 1) / 2
            #expect(refused == 3, "one of 100 and two of 50 records")
            let before = receiver.requests.count
            shipper.appended(try await spool.append((100..<200).map { site.record($0, size: 1000) }))
            await site.drained()
            #expect(receiver.requests.dropFirst(before).allSatisfy { $0.numbers.count < 40 }, "it has learnt")
        }
        #expect(receiver.accepted.sorted() == Array(0..<200))
        #expect(spool.figures.deadLetters == 0)
    }

    @Test func `a single record that is too large is a dead letter`() async throws {
        let receiver = ScriptedReceiver {
            $0.numbers.contains(3) ? ScriptedReceiver.refusal(413) : ScriptedReceiver.accepted
        }
        try await site.shipping(site.configuration(), to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<8).map { site.record($0) }))
            await site.drained()
        }
        #expect(try await spool.deadLetters(after: 0, limit: 9).map(\.status) == [413])
        #expect(receiver.accepted.count == 7)
    }

    @Test(arguments: [301, 401, 403, 404, 405, 407, 410, 421, 426, 451, 418, 203, 206, 207, 409, 501, 505, 507])
    func `no other answer makes a dead letter, however often it comes`(status: Int) async throws {
        let receiver = ScriptedReceiver([DeliveryOutcome](repeating: ScriptedReceiver.refusal(status), count: 50))
        try await site.shipping(site.configuration { $0.batchSize = 1 }, to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<3).map { site.record($0) }))
            await site.drained()
        }
        #expect(receiver.accepted.sorted() == [0, 1, 2])
        #expect(spool.figures.deadLetters == 0)
        #expect(hasStableKeys(receiver))
    }
}
