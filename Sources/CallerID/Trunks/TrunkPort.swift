import Basics
import Daemon
import HTTP

/// The HTTP port by which an older switch administers the numbers of trunks: see `TrunkRequests`.
struct TrunkPort: Service {
    let name = "main-api"
    private let server: HTTPServer

    /// Where it listens, also when any free port was asked for.
    var port: UInt16 { server.port }

    /// Listens; blocks.
    ///
    /// - Returns: `nil` when the settings turn it off.
    /// - Throws: `TrunkPortError`, or `RouteTableError`.
    init?(_ configuration: CallerIDConfiguration, _ feature: CallerIDFeature, log: Logger) throws {
        let settings = configuration.trunkPort
        guard settings.isOn else { return nil }
        let router = try Self.router(configuration, feature, log: log)
        var options = HTTPServerOptions(.threads(1))
        options.maxHeadBytes = 16 << 10
        options.connectionLimit = 128
        options.idleTimeout = .seconds(30)
        do throws(HTTPError) {
            server = try HTTPServer(host: configuration.host, port: settings.port, options: options, router: router)
        } catch {
            throw TrunkPortError(host: configuration.host, port: settings.port, reason: "\(error)")
        }
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        log.info("numbers of trunks over HTTP", [.init(own: "url", "http://\(host):\(server.port)")])
    }

    /// The routes with the login and the errors of this port.
    static func router(_ configuration: CallerIDConfiguration, _ feature: CallerIDFeature, log: Logger) throws -> Router
    {
        let settings = configuration.trunkPort
        var routing = Router.Configuration()
        routing.authentication = Authentication.basic(
            username: settings.user,
            password: settings.password,
            realm: "asterisk-connector",
            roles: TokenRole.admin.included
        ).limited(to: configuration.adminAddresses)
        routing.accessFailures = TrunkAnswers.accessFailures
        routing.failedLogins = FailedLogins()
        routing.errors = TrunkAnswers.errors
        routing.trustedProxies = configuration.trustedProxies.compactMap(IPNetwork.init(_:))
        routing.bodyLimit = 1 << 20
        routing.log = log
        routing.didFail = { failure, source in
            let address = Logger.Field(own: "address", source.client.address?.description ?? "unknown")
            switch failure.code {
            case TrunkAnswers.loginRefused: log.warning("request of an administrator refused", [address])
            case RequestFailure.Kind.bug.rawValue:
                log.error(
                    "request failed, please report this",
                    [.init(own: "error", source.error.map { "\($0)" } ?? "unknown")]
                )
            default: break
            }
        }
        let requests = TrunkRequests(feature.service, configuration, log: log)
        return try Router(requests.routes + shared(feature), routing)
    }

    /// Two requests of the other port, with their own answers.
    private static func shared(_ feature: CallerIDFeature) -> [Route] {
        feature.routes.filter { ["/api/import", "/api/sync"].contains($0.pattern) }.map { route in
            var route = route
            route.access = .authenticated
            route.options.errors = CallerIDAnswers.errors
            return route
        }
    }

    /// Answers until cancelled.
    func run() async throws { try await server.serve() }
}

/// Why the port cannot be used.
struct TrunkPortError: Error, CustomStringConvertible {
    let host: String
    let port: UInt16
    let reason: String

    var description: String {
        "the HTTP port \(host):\(port) cannot be used: \(reason); set MAIN_API_PORT or API_HOST, or leave REQUEST_API_USER "
            + "empty"
    }
}
