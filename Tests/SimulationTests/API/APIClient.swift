import Basics
import HTTP

@testable import Simulation

/// A connector's side of the simulated API, as the contract has it.
struct APIClient {
    private let api: SimulatedAPI
    private var client: HTTPClient
    private var url: String { "http://127.0.0.1:\(api.port)" }
    var headers: [String: String] = [
        "Authorization": "Bearer sk_test",
        "Content-Type": "application/json",
        "X-Asterisk-Hostname": "pbx",
        "User-Agent": "Asterisk-Connector/1.0.0",
    ]

    init(_ api: SimulatedAPI) throws {
        self.api = api
        client = try HTTPClient()
    }

    static func id(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }

    static func cdr(_ number: Int, uniqueID: String = "1795224725.1", direction: String = "inbound") -> String {
        """
        {"record_id":"\(id(number))","call_id":"\(uniqueID)","uniqueid":"\(uniqueID)","call_type":"\(direction)",\
        "direction":"\(direction)","duration":12,"billsec":0,\
        "started_at":"2026-11-20T13:05:09Z","calldate":"2026-11-20T13:05:09.000001Z"}
        """
    }

    static func cel(_ number: Int) -> String {
        """
        {"record_id":"\(id(number))","eventtype":"CHAN_START","uniqueid":"1795224725.1",\
        "eventtime":"2026-11-20T13:05:09.123456Z","extra":{"a":["}",{}]}}
        """
    }

    static func body(cdrs: [String] = [], cels: [String] = []) -> String {
        #"{"cdrs":[\#(cdrs.joined(separator: ","))],"cels":[\#(cels.joined(separator: ","))]}"#
    }

    /// Posts a body of records.
    func post(
        _ body: String,
        key: String = "\"k1\"",
        gzip: Bool = false,
        prefix: String = "/v1",
        timeout: Duration = .seconds(60)
    ) async throws(HTTPError) -> HTTPResponse {
        var fields = HTTPHeaders()
        for (name, value) in headers { fields.append(name, value) }
        if !key.isEmpty { fields.append("Idempotency-Key", key) }
        if gzip { fields.append("Content-Encoding", "gzip") }
        let bytes = Array(body.utf8)
        let request = HTTPRequest(
            .post,
            "\(url)\(prefix)/mqs/connectors/asterisk/cdr",
            headers: fields,
            body: .bytes(gzip ? try Gzip.compress(bytes) : bytes),
            timeout: timeout
        )
        return try await client.send(request)
    }

    /// Any other request.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        body: String? = nil
    ) async throws(HTTPError) -> HTTPResponse {
        let body = body.map { HTTPRequest.Body.bytes(Array($0.utf8)) } ?? .none
        return try await client.send(HTTPRequest(method, url + path, body: body))
    }

    /// The status of each of `count` posts of one CDR, 0 for a connection that broke.
    ///
    /// Each has a new connection: on a kept one libcurl would repeat a request that is reset.
    func statuses(_ count: Int) async throws -> [Int] {
        var statuses: [Int] = []
        for number in 0..<count {
            var fresh = self
            fresh.client = try HTTPClient()
            let response = try? await fresh.post(Self.body(cdrs: [Self.cdr(number)]), key: "\"\(number)\"")
            statuses.append(response?.status ?? 0)
        }
        return statuses
    }
}
