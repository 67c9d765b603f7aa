import Basics
import HTTP
import TestSupport
import Testing

@testable import Simulation

struct SimulatedAPITests {
    private func start(
        _ configure: (inout SimulatedAPI.Configuration) -> Void = { _ in }
    ) throws -> (SimulatedAPI, APIClient) {
        var configuration = SimulatedAPI.Configuration()
        configure(&configuration)
        let api = try SimulatedAPI(configuration)
        return (api, try APIClient(api))
    }

    private let batch = APIClient.body(cdrs: [APIClient.cdr(1), APIClient.cdr(2)], cels: [APIClient.cel(3)])

    @Test(arguments: [true, false], ["", "/v1", "/a/b"])
    func `records are taken`(gzip: Bool, prefix: String) async throws {
        let (api, client) = try start()
        let response = try await client.post(batch, gzip: gzip, prefix: prefix)
        #expect(response.status == 202)
        #expect(response.text == #"{"queued_count":3,"job_ids":["job-1"]}"#)
        #expect(api.statistics.cdrs == 2)
        #expect(api.statistics.cels == 1)
        #expect(api.statistics.repeats == 0)
        #expect(api.hasReceived(APIClient.id(3)))
        #expect(!api.hasReceived(APIClient.id(4)))
    }

    @Test func `a repeated request is accepted and its records are counted as repeats`() async throws {
        let (api, client) = try start()
        for _ in 1...3 { #expect(try await client.post(batch).status == 202) }
        #expect(api.statistics.distinct == 3)
        #expect(api.statistics.records == 9)
        #expect(api.statistics.repeats == 6)
        #expect(api.statistics.keyConflicts == 0)
    }

    @Test func `a key with another body is a conflict, but compression makes no other body`() async throws {
        let (api, client) = try start()
        #expect(try await client.post(batch, gzip: true).status == 202)
        #expect(try await client.post(batch, gzip: false).status == 202)
        let other = try await client.post(APIClient.body(cdrs: [APIClient.cdr(9)]))
        #expect(other.status == 400)
        #expect(api.statistics.keyConflicts == 1)
        #expect(api.statistics.distinct == 3)
    }

    @Test(arguments: [
        ("Content-Type", "text/plain", 400), ("X-Asterisk-Hostname", "", 400), ("User-Agent", "curl/7", 400),
        ("Authorization", "", 401), ("Authorization", "Basic eA==", 401), ("Authorization", "Bearer ", 401),
    ])
    func `a wrong header is refused`(name: String, value: String, status: Int) async throws {
        var (api, client) = try start()
        client.headers[name] = value
        let response = try await client.post(batch)
        #expect(response.status == status)
        #expect(try JSONParser.parse(response.text)["error"]?.string?.contains(name) == true)
        #expect(api.statistics.violations == 1)
        #expect(api.statistics.recentViolations.count == 1)
        #expect(api.statistics.distinct == 0)
        api.stop()
    }

    @Test(arguments: ["", "k1", "\"\"", "\"a", "\"a\"b\"", "\"grüß\""])
    func `a key that is no quoted string is refused`(key: String) async throws {
        let (_, client) = try start()
        #expect(try await client.post(batch, key: key).status == 400)
    }

    @Test func `only the configured token is let in`() async throws {
        let (_, client) = try start { $0.token = Secret("sk_right") }
        #expect(try await client.post(batch).status == 401)
        var right = client
        right.headers["Authorization"] = "Bearer sk_right"
        #expect(try await right.post(batch).status == 202)
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"cdrs":[]}"#, #"{"cdrs":[],"cels":{}}"#, #"{"cdrs":[1],"cels":[]}"#,
        #"{"cdrs":[],"cels":[]"#, #"{"cdrs":[{"record_id":"1"}],"cels":[]}"#, #"{"cdrs":[],"cels":[],}"#,
        APIClient.body(cdrs: [APIClient.cdr(1).replacing(#""billsec":0"#, with: #""billsec":"0""#)]),
        APIClient.body(cdrs: [APIClient.cdr(1).replacing(#""call_id""#, with: #""callid""#)]),
        APIClient.body(cdrs: [APIClient.cdr(1).replacing("09Z", with: "09+01:00")]),
        APIClient.body(cdrs: [APIClient.cdr(1).replacing("000001Z", with: "Z")]),
        APIClient.body(cdrs: [APIClient.cdr(1).replacing("000", with: "00g")]),
        APIClient.body(cels: [APIClient.cel(1).replacing("eventtype", with: "event")]),
        APIClient.body(cels: [APIClient.cdr(1)]),
    ])
    func `a body that breaks the contract is refused`(body: String) async throws {
        let (api, client) = try start()
        let response = try await client.post(body)
        #expect(response.status == 400)
        #expect(try JSONParser.parse(response.text)["error"] != nil)
        #expect(api.statistics.distinct == 0)
    }

    @Test func `a body that is not the gzip it claims to be is refused`() async throws {
        let (_, client) = try start()
        var claiming = client
        claiming.headers["Content-Encoding"] = "gzip"
        #expect(try await claiming.post(batch).status == 400)
        claiming.headers["Content-Encoding"] = "br"
        #expect(try await claiming.post(batch).status == 415)
    }

    @Test(arguments: [("inbound", 202), ("outbound", 202), ("internal", 202), ("sideways", 400), ("", 400)])
    func `a direction is demanded`(direction: String, status: Int) async throws {
        let (_, client) = try start()
        let body = APIClient.body(cdrs: [APIClient.cdr(1, direction: direction)])
        #expect(try await client.post(body).status == status)
    }

    @Test func `paths and methods are distinguished`() async throws {
        let (_, client) = try start()
        #expect(try await client.send(.get, "/health").status == 200)
        #expect(try await client.send(.get, "/v1/health").status == 200)
        #expect(try await client.send(.post, "/v1/health").status == 405)
        #expect(try await client.send(.get, "/v1/other").status == 404)
        let wrong = try await client.send(.get, "/v1/mqs/connectors/asterisk/cdr")
        #expect(wrong.status == 405)
        #expect(wrong.headers["allow"] == "POST")
    }

    @Test func `records are kept as they came, up to the number asked for`() async throws {
        let (api, client) = try start { $0.keptRecords = 2 }
        _ = try await client.post(batch)
        #expect(api.records.map(\.json.text) == [APIClient.cdr(1), APIClient.cdr(2)])
        #expect(api.records[0].kind == .cdr)
        #expect(api.records[0].uniqueID == "1795224725.1")
    }

    @Test func `the log has a line for each record`() async throws {
        let directory = TemporaryDirectory()
        let path = directory.file("received.jsonl")
        let (_, client) = try start { $0.logFile = path }
        _ = try await client.post(batch, key: "\"first\"")
        _ = try await client.post(batch.replacing(",", with: ",\n"), key: "\"second\"")
        let lines = try FileContents.read(path).split(separator: ASCII.newline)
        #expect(lines.count == 6)
        let line = try JSONParser.parse(try #require(lines.last))
        #expect(line.members?.map(\.name) == ["received_at", "key", "kind", "record"])
        #expect(line["key"]?.string == "second")
        #expect(line["kind"]?.string == "cel")
        #expect(line["record"]?["record_id"]?.string == APIClient.id(3))
    }

    @Test func `a log that cannot be opened is an error`() {
        #expect(throws: SimulatedAPIError.self) { _ = try start { $0.logFile = "/nonexistent/received.jsonl" } }
    }

    @Test func `counting alone still sees ids, repeats, poison and the log`() async throws {
        let directory = TemporaryDirectory()
        let (api, client) = try start {
            $0.countsOnly = true
            $0.logFile = directory.file("received.jsonl")
            $0.behaviour.poisonPrefix = "poison"
        }
        let bare = #"{"cdrs":[{"record_id":"\#(APIClient.id(7))"}],"cels":[]}"#
        for _ in 1...2 { #expect(try await client.post(bare, gzip: true).status == 202) }
        #expect(api.statistics.distinct == 1)
        #expect(api.statistics.repeats == 1)
        let poison = APIClient.body(cdrs: [APIClient.cdr(1, uniqueID: "poison.1")])
        #expect(try await client.post(poison, key: "\"k2\"").status == 400)
        #expect(try FileContents.read(directory.file("received.jsonl")).count { $0 == ASCII.newline } == 2)
    }

    @Test func `no more ids than allowed are remembered`() async throws {
        let (api, client) = try start { $0.trackedRecords = 2 }
        for _ in 1...2 { _ = try await client.post(batch) }
        #expect(api.statistics.repeats == 2)
        #expect(api.statistics.distinct == 4)
    }
}
