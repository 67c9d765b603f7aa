import Basics
import HTTP
import Testing

@testable import Simulation

struct APIBehaviourTests {
    private let api: SimulatedAPI
    private let client: APIClient
    private let body = APIClient.body(cdrs: [APIClient.cdr(1)], cels: [APIClient.cel(2)])

    init() throws {
        api = try SimulatedAPI()
        client = try APIClient(api)
    }

    private enum Outcome { case answer, interrupted, timedOut, other }

    private func outcome(timeout: Duration = .seconds(60)) async -> Outcome {
        do throws(HTTPError) {
            _ = try await client.post(body, timeout: timeout)
            return .answer
        } catch {
            return switch error {
            case .interrupted: .interrupted
            case .timedOut: .timedOut
            default: .other
            }
        }
    }

    @Test func `a status comes with its text and Retry-After`() async throws {
        api.setBehaviour(.first(1, .status(503, retryAfter: "7", body: "later")))
        let response = try await client.post(body)
        #expect(response.status == 503)
        #expect(response.text == "later")
        #expect(response.headers["retry-after"] == "7")
        #expect(api.statistics.distinct == 0)
        #expect(try await client.post(body).status == 202)
    }

    @Test func `a reset applies nothing, a lost answer applies all`() async throws {
        api.setBehaviour(.first(1, .reset))
        #expect(await outcome() == .interrupted)
        #expect(api.statistics.distinct == 0)
        api.setBehaviour(.first(1, .answerLost))
        #expect(await outcome() == .interrupted)
        #expect(api.statistics.distinct == 2)
        #expect(api.statistics.faults == 2)
    }

    @Test func `a hanging request times out and applies nothing`() async throws {
        api.setBehaviour(.first(1, .hang(.seconds(600))))
        #expect(await outcome(timeout: .milliseconds(50)) == .timedOut)
        #expect(api.statistics.distinct == 0)
    }

    @Test func `a slow answer comes`() async throws {
        api.setBehaviour(.first(1, .slow(.milliseconds(50))))
        let start = ContinuousClock.now
        #expect(try await client.post(body).status == 202)
        #expect(ContinuousClock.now - start >= .milliseconds(50))
    }

    @Test func `a web page comes with 200 and applies nothing`() async throws {
        api.setBehaviour(.first(1, .html))
        let response = try await client.post(body)
        #expect(response.status == 200)
        #expect(response.headers["content-type"]?.hasPrefix("text/html") == true)
        #expect(api.statistics.distinct == 0)
    }

    @Test func `a wrong count is one too small`() async throws {
        api.setBehaviour(.first(1, .wrongCount))
        #expect(try await client.post(body).text.hasPrefix(#"{"queued_count":1,"#))
        #expect(api.statistics.distinct == 2)
    }

    @Test func `records can be taken with any answer`() async throws {
        api.setBehaviour(.first(2, .answer(200, body: "null")))
        let response = try await client.post(body)
        #expect(response.status == 200 && response.text == "null")
        #expect(api.statistics.distinct == 2)
    }

    @Test func `queued_count can have only what is new`() async throws {
        var behaviour = Behaviour()
        behaviour.countsNew = true
        api.setBehaviour(behaviour)
        #expect(try await client.post(body).text.hasPrefix(#"{"queued_count":2,"#))
        #expect(try await client.post(body).text.hasPrefix(#"{"queued_count":0,"#))
    }

    @Test func `gzip is refused once or for good`() async throws {
        api.setBehaviour(.first(1, .gzipRefused))
        #expect(try await client.post(body, gzip: true).status == 415)
        #expect(try await client.post(body, gzip: true).status == 202)
        var behaviour = Behaviour()
        behaviour.refusesGzip = true
        api.setBehaviour(behaviour)
        #expect(try await client.post(body, gzip: true).status == 415)
        #expect(try await client.post(body, gzip: true).status == 415)
        #expect(try await client.post(body, gzip: false).status == 202)
    }

    @Test func `poison is refused by id and by prefix`() async throws {
        var behaviour = Behaviour()
        behaviour.poisonIDs = ["1795224725.66"]
        behaviour.poisonPrefix = "poison"
        api.setBehaviour(behaviour)
        for uniqueID in ["1795224725.66", "poison-1.2"] {
            let response = try await client.post(APIClient.body(cdrs: [APIClient.cdr(5, uniqueID: uniqueID)]))
            #expect(response.status == 400)
            #expect(response.text.contains(uniqueID))
        }
        #expect(try await client.post(body).status == 202)
        #expect(api.statistics.poisoned == 2)
        #expect(api.statistics.violations == 0)
    }

    @Test func `a sequence comes before the rest`() async throws {
        var behaviour = Behaviour.first(2, .status(429))
        behaviour.sequence = [.status(500), nil, .reset]
        api.setBehaviour(behaviour)
        #expect(try await client.statuses(7) == [500, 202, 0, 429, 429, 202, 202])
    }

    @Test func `another process can drive it`() async throws {
        let json = #"{"sequence":["reset",null,{"status":503,"retry_after":"1"}],"faults":["html"],"first":1}"#
        #expect(try await client.send(.post, "/simulation", body: json).status == 204)
        #expect(try await client.statuses(5) == [0, 202, 503, 200, 202])
        let response = try await client.send(.get, "/simulation")
        let statistics = try JSONParser.parse(response.text)
        #expect(statistics["requests"]?.integer == 5)
        #expect(statistics["faults"]?.integer == 3)
        #expect(statistics["distinct"]?.integer == 2)
        #expect(statistics["repeats"]?.integer == 0)
    }

    @Test(arguments: [
        "", "[]", #"{"sequence":["burn"]}"#, #"{"probability":2}"#, #"{"fauts":[]}"#, #"{"window":[5,1]}"#,
        #"{"faults":[{"status":99}]}"#, #"{"faults":[{"hang":-1}]}"#, #"{"poison_ids":[1]}"#,
    ])
    func `a behaviour that is none is refused and changes nothing`(json: String) async throws {
        api.setBehaviour(.first(1, .status(503)))
        let response = try await client.send(.post, "/simulation", body: json)
        #expect(response.status == 400)
        #expect(response.text.hasPrefix(#"{"error":"#))
        #expect(try await client.statuses(2) == [503, 202])
    }
}
