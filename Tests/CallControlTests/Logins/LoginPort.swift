import Basics
import HTTP
import TestSupport

@testable import CallControl

/// The routes of logins on a real port of loopback, and a client.
final class LoginPort: Sendable {
    let testing: LoginsTesting
    private let server: HTTPServer
    private let client: HTTPClient

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let text: String
        let json: JSONValue?

        /// Status and code of an error, such as `401 UNAUTHORIZED`; the status alone for a success.
        var outcome: String { json?["error"]?.string.map { "\(status) \($0)" } ?? "\(status)" }
    }

    init(_ testing: LoginsTesting) throws {
        self.testing = testing
        var configuration = Router.Configuration()
        configuration.errors = CallsAnswers.errors
        configuration.accessFailures = CallsAnswers.accessFailures
        configuration.authentication = .calls(testing.logins)
        let routes = LoginRoutes(testing.logins, extensions: .standard) { $0 != "1999" }.routes
        let more: [Route] = [
            .immediate(.get, "/mine", access: .authenticated) { request in
                let caller = try request.caller
                return CallsAnswers.success { $0.required("place", caller.place) }
            },
            .immediate(.get, "/managers", access: .roles(["manager"])) { _ in CallsAnswers.success() },
            .immediate(.get, "/open", access: .open) { request in
                _ = try request.caller
                return CallsAnswers.success()
            },
        ]
        server = try HTTPServer(
            host: "127.0.0.1",
            port: 0,
            options: HTTPServerOptions(.threads(2)),
            router: Router(routes + more, configuration)
        )
        client = try HTTPClient(HTTPClient.Configuration(userAgent: "test"))
    }

    deinit { server.stop() }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String = "",
        token: String? = nil
    ) async throws -> Answer {
        var request = HTTPRequest(method, "http://127.0.0.1:\(server.port)\(path)")
        if let token { request.headers.append("Authorization", "Bearer \(token)") }
        if !body.isEmpty { request.body = .bytes(Array(body.utf8)) }
        let response = try await client.send(request)
        return Answer(
            status: response.status,
            headers: response.headers,
            text: String(decoding: response.body, as: UTF8.self),
            json: try? JSONParser.parse(response.body[...])
        )
    }

    func users(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String = "",
        token: String? = nil
    ) async throws -> Answer {
        try await send(method, "/api/ami/users/\(path)", body, token: token)
    }

    func login(_ name: String, _ password: String = LoginsTesting.password.revealed) async throws -> Answer {
        try await users(.post, "login", #"{"username":"\#(name)","password":"\#(password)"}"#)
    }

    /// An access token of a user.
    func token(of name: String) async throws -> String { try await login(name).json?["jwt"]?.string ?? "" }

    func refresh(_ answer: Answer) async throws -> Answer {
        try await users(.post, "refresh", #"{"refreshToken":"\#(answer.json?["refreshToken"]?.string ?? "")"}"#)
    }
}
