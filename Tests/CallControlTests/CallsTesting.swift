import Basics
import Daemon
import HTTP
import TestSupport
import Testing

@testable import CallControl

/// The service in this process, beside a manager with one call of the extension 1001.
final class CallsTesting: Sendable {
    let manager = ListingManager()
    let configuration: CallsConfiguration
    private let pbx: ScriptedManager
    private let directory = TemporaryDirectory()

    static let log = Logger("test", sink: LogSink(level: .error, format: .text))

    /// - Parameter change: makes other settings.
    init(_ change: (inout CallsConfiguration) -> Void = { _ in }) throws {
        pbx = try manager.listen()
        var configuration = CallsConfiguration()
        configuration.port = 0
        configuration.ami.host = "127.0.0.1"
        configuration.ami.port = pbx.port
        configuration.ami.username = "calls"
        configuration.ami.password = Secret("secret")
        configuration.tokenSecret = Secret("a-key-of-tokens-that-has-thirty-two-bytes")
        configuration.dialplanToken = Secret("a-token-of-sixteen-bytes")
        configuration.database = directory.file("calls.db")
        change(&configuration)
        self.configuration = configuration
        try Self.addUsers(configuration.database)
    }

    /// The users anna and otto with a phone each, and the manager mara, and the administrator root.
    private static func addUsers(_ path: String) throws {
        let store = try CallsStore(path: path)
        // Of the password `U*U`; bcrypt, since yescrypt takes longer.
        let hash = PasswordHash("$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")
        for account in [
            Account("anna", .agent, extension: "1001"), Account("otto", .agent, extension: "1002"),
            Account("mara", .manager), Account("root", .superuser),
        ] { try store.register(account, try #require(hash), at: .now()) }
    }

    /// Runs the service while `body` does.
    func run(isSynced: Bool = true, _ body: @escaping @Sendable (CallsClient) async throws -> Void) async throws {
        let feature = try await CallsFeature(configuration, metrics: CallsMetrics(), log: Self.log)
        let port = try CallsPort(configuration, feature, log: Self.log)
        try await Basics.run(feature.services + [port]) {
            if isSynced { try await eventually("the live state to be in step") { feature.problems.isEmpty } }
            let client = try CallsClient(port.port)
            try await body(client)
            await client.close()
        }
    }
}

/// A client of the service.
final class CallsClient: Sendable {
    private let port: UInt16
    private let client: HTTPClient

    struct Answer: Sendable {
        let status: Int
        let text: String
        var json: JSONValue? { try? JSONParser.parse(Array(text.utf8)[...]) }
        /// Status and code of an error, such as `401 UNAUTHORIZED`; the status alone for a success.
        var outcome: String { json?["error"]?.string.map { "\(status) \($0)" } ?? "\(status)" }
        /// The ids of the calls in the answer.
        var ids: [String]? { json?["calls"]?.elements?.compactMap { $0["callId"]?.string } }
    }

    init(_ port: UInt16) throws {
        self.port = port
        client = try HTTPClient(HTTPClient.Configuration(userAgent: "test"))
    }

    func close() async { _ = await client.close() }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ token: String,
        _ headers: HTTPHeaders = [:],
        body: String = ""
    ) async throws -> Answer {
        var request = HTTPRequest(method, "http://127.0.0.1:\(port)\(path)")
        for field in headers.fields { request.headers.append(field.name, field.value) }
        if !token.isEmpty { request.headers.append("Authorization", "Bearer \(token)") }
        if !body.isEmpty { request.body = .bytes(Array(body.utf8)) }
        let response = try await client.send(request)
        return Answer(status: response.status, text: String(decoding: response.body, as: UTF8.self))
    }

    func get(_ path: String, _ token: String, _ headers: HTTPHeaders = [:]) async throws -> Answer {
        try await send(.get, path, token, headers)
    }

    /// The access token of a user.
    func login(_ name: String) async throws -> String {
        let body = #"{"username":"\#(name)","password":"U*U"}"#
        let answer = try await send(.post, "/api/ami/users/login", "", body: body)
        return try #require(answer.json?["jwt"]?.string, "\(answer.text)")
    }

    /// Opens a WebSocket with events.
    func webSocket(_ token: String) async throws -> WebSocketPeer {
        try await WebSocketPeer.connect(port: port, headers: ["Authorization: Bearer \(token)"])
    }

    /// Begins a stream of events.
    func events(_ query: String, _ token: String, _ headers: [String: String] = [:]) async throws -> RawClient {
        let more = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        let head = "GET /api/events\(query) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n"
        return try await RawClient.connect(port: port, sending: head + more + "\r\n")
    }
}
