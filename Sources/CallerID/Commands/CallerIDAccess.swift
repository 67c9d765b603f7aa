import Basics
import Daemon
import HTTP

/// How a command reaches the numbers: through the service that runs, or, when none does, in the store itself.
struct CallerIDAccess: Sendable {
    private enum Way: Sendable {
        case socket(HTTPClient)
        /// A service on another machine, with the token of administrators.
        case remote(HTTPClient, url: String, token: Secret)
        /// This process has opened the store and locks others out.
        case store(Router, CallerIDService, redis: Task<Void, any Error>?)
    }

    private let way: Way

    /// Connects to the service; when none runs, opens the store, which a first use creates.
    ///
    /// - Throws: `CallerIDStoreError` or `HTTPError`.
    init(_ configuration: CallerIDConfiguration) async throws {
        if let client = try await ControlSocket.client(in: configuration.directory, probe: "/health") {
            way = .socket(client)
            return
        }
        var configuration = configuration
        configuration.agiPort = 0
        let settings = configuration
        let feature = try await Thread.run("callerid-open") {
            Result {
                try CallerIDFeature(
                    settings,
                    metrics: CallerIDMetrics(),
                    log: Logger("callerid", sink: LogSink { _ in })
                )
            }
        }.get()
        var routing = Router.Configuration()
        routing.errors = CallerIDAnswers.errors
        routing.bodyLimit = 32 << 20
        let service = feature.service
        let redis = service.shared.map { shared in Task { try await shared.run() } }
        way = .store(try Router(feature.localRoutes, routing), service, redis: redis)
        if let shared = service.shared { await shared.settled(within: Self.patience) }
    }

    /// A service that answers over HTTP elsewhere.
    ///
    /// - Throws: `HTTPError`.
    init(_ remote: RemoteService, token: Secret) throws(HTTPError) {
        let client = try HTTPClient(HTTPClient.Configuration(userAgent: Version.userAgent))
        way = .remote(client, url: remote.url, token: token)
    }

    /// How long a command waits for Redis; then it works without.
    private static let patience = Duration.seconds(3)

    /// Asks; the answer of the service, of any status.
    ///
    /// - Parameters:
    ///   - parameters: sent as the query.
    ///   - file: sent as the body.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ parameters: [(String, String)] = [],
        file: [UInt8] = [],
        timeout: Duration = .seconds(120)
    ) async throws -> (status: Int, body: [UInt8]) {
        switch way {
        case .socket(let client):
            let request = Self.request(method, "http://localhost\(path)", parameters, file, timeout)
            let response = try await client.send(request)
            return (response.status, response.body)
        case .remote(let client, let url, let token):
            var request = Self.request(method, url + path, parameters, file, timeout)
            request.headers.append("X-Admin-Token", token.revealed)
            let response = try await client.send(request)
            return (response.status, response.body)
        case .store(let router, _, _):
            let query = Dictionary(parameters, uniquingKeysWith: { _, last in last })
            let response = await router.answer(
                ServerRequest(method: method.rawValue, path: path, query: query, body: file)
            )
            return (response.status, response.body)
        }
    }

    private static func request(
        _ method: HTTPRequest.Method,
        _ url: String,
        _ parameters: [(String, String)],
        _ file: [UInt8],
        _ timeout: Duration
    ) -> HTTPRequest {
        let query = parameters.map { "\(escaped($0.0))=\(escaped($0.1))" }.joined(separator: "&")
        var request = HTTPRequest(method, query.isEmpty ? url : "\(url)?\(query)", timeout: timeout)
        if !file.isEmpty {
            request.body = .bytes(file)
            request.headers.append("Content-Type", "text/csv")
        }
        request.longestAnswer = CallerIDFeature.longestFile
        return request
    }

    /// Stores what was changed, and closes.
    func close() async {
        switch way {
        case .socket(let client), .remote(let client, _, _): await client.close()
        case .store(_, let service, let redis):
            redis?.cancel()
            _ = await redis?.result
            await service.engine.checkpoint()
            await service.adminAudit?.flush()
        }
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default: escaped += "%" + String(decoding: ASCII.hexadecimal([byte]), as: UTF8.self)
            }
        }
        return escaped
    }
}
