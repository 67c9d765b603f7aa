import Basics
import Daemon
import HTTP

/// How a command reaches the users: through the service that runs, or, when none does, in the store itself.
struct UserAccess: Sendable {
    private enum Way: Sendable {
        case socket(HTTPClient)
        /// This process has opened the store and locks others out.
        case store(Router)
    }

    private let way: Way

    /// Connects to the service; when none runs, opens the store, which a first use creates.
    ///
    /// - Throws: `CallsStoreError` or `HTTPError`.
    init(_ configuration: CallsConfiguration) async throws {
        if let client = try await ControlSocket.client(in: configuration.controlDirectory, probe: "/users") {
            way = .socket(client)
            return
        }
        let log = Logger("calls", sink: LogSink { _ in })
        let keeper = try await Thread.run("calls-open") {
            Result { try CallsKeeper(CallsStore(path: configuration.database), log: log) }
        }.get()
        // No keys: nobody logs in here.
        let logins = try await LoginService(keeper, LoginService.Configuration(keys: []), log: log)
        var routing = Router.Configuration()
        routing.errors = CallsAnswers.errors
        let routes = LoginRoutes(logins, extensions: configuration.extensionPattern) { _ in true }
        way = .store(try Router(routes.localRoutes, routing))
    }

    /// Asks; the answer as JSON.
    ///
    /// - Throws: `Refusal` for any answer but success.
    func send(_ method: HTTPRequest.Method, _ path: String, _ body: [UInt8] = []) async throws -> JSONValue {
        let (status, text) =
            switch way {
            case .socket(let client):
                try await {
                    var request = HTTPRequest(method, "http://localhost\(path)")
                    if !body.isEmpty { request.body = .bytes(body) }
                    let response = try await client.send(request)
                    return (response.status, response.body)
                }()
            case .store(let router):
                await {
                    let request = ServerRequest(method: method.rawValue, path: path, query: [:], body: body)
                    let response = await router.answer(request)
                    return (response.status, response.body)
                }()
            }
        let answer = try? JSONParser.parse(text[...])
        guard let answer, 200...299 ~= status else {
            throw Refusal(status: status, reason: answer?["message"]?.string ?? "the service answered \(status)")
        }
        return answer
    }

    /// What the service answered in place of doing it.
    struct Refusal: Error, Equatable, CustomStringConvertible {
        let status: Int
        let reason: String

        var description: String { reason }
    }

    func close() async {
        if case .socket(let client) = way { await client.close() }
    }
}
