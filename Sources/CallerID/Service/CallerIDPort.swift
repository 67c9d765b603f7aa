import Basics
import Daemon
import HTTP

/// The HTTP port of `callerid`: requests for caller IDs, administration, and what every service has.
struct CallerIDPort: Service {
    let name = "http"
    private let server: HTTPServer

    /// Where it listens, also when any free port was asked for.
    var port: UInt16 { server.port }

    /// Listens; blocks.
    ///
    /// - Throws: `CallerIDPortError`, or `RouteTableError`.
    init(_ configuration: CallerIDConfiguration, _ feature: CallerIDFeature, log: Logger) throws {
        let router = try Router(
            feature.routes + feature.commonRoutes.routes(access: .open),
            Self.settings(configuration, feature, log: log)
        )
        var options = HTTPServerOptions(.threads(2))
        options.maxHeadBytes = 16 << 10
        options.connectionLimit = 1024
        // Each connection may wait for Redis.
        options.handlerLimit = 1024
        options.idleTimeout = .seconds(30)
        do throws(HTTPError) {
            server = try HTTPServer(
                host: configuration.host,
                port: configuration.port,
                options: options,
                router: router
            )
        } catch {
            throw CallerIDPortError(host: configuration.host, port: configuration.port, reason: "\(error)")
        }
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        log.info("caller IDs over HTTP", [.init(own: "url", "http://\(host):\(server.port)")])
    }

    /// What the router of the port allows, and how it answers errors.
    static func settings(
        _ configuration: CallerIDConfiguration,
        _ feature: CallerIDFeature,
        log: Logger
    ) -> Router.Configuration {
        var settings = Router.Configuration()
        settings.authentication = Self.authentication(configuration, feature.sessions)
        settings.accessFailures = CallerIDAnswers.accessFailures
        settings.failedLogins = feature.failedLogins
        settings.errors = CallerIDAnswers.errors
        settings.trustedProxies = configuration.trustedProxies.compactMap(IPNetwork.init(_:))
        if !configuration.allowedOrigins.isEmpty {
            settings.crossOrigin = CrossOriginPolicy(configuration.allowedOrigins, refusesOthers: false)
        }
        settings.bodyLimit = 16 << 10
        settings.log = log
        settings.didFail = { [metrics = feature.service.metrics] failure, source in
            let address = Logger.Field(own: "address", source.client.address?.description ?? "unknown")
            switch failure.code {
            case CallerIDAnswers.invalidToken.code:
                metrics.requests[.auth]?.add()
                log.warning("request of an administrator refused", [address])
            case RequestFailure.Kind.bug.rawValue:
                metrics.requests[.error]?.add()
                log.error(
                    "request failed, please report this",
                    [.init(own: "error", source.error.map { "\($0)" } ?? "unknown")]
                )
            default: break
            }
        }
        return settings
    }

    /// The code of the failure for an address that administrators may not come from.
    static let addressCode = "address"

    /// How a request shows that it comes from an administrator: by a token, or by the cookie of the dashboard.
    static func authentication(
        _ configuration: CallerIDConfiguration,
        _ sessions: DashboardSessions
    ) -> Authentication {
        let tokens = Authentication.tokens(
            fixed: configuration.adminToken.revealed.isEmpty ? nil : configuration.adminToken,
            key: JSONWebToken.Key(configuration.secretKey),
            header: "X-Admin-Token",
            invalid: CallerIDAnswers.invalidToken
        )
        return Authentication(challenge: nil) { request, client in
            let outcome = tokens.outcome(of: request, client)
            guard case .missing = outcome, let principal = sessions.principal(of: request) else { return outcome }
            return .accepted(principal)
        }.limited(to: configuration.adminAddresses)
    }

    /// Answers until cancelled.
    func run() async throws { try await server.serve() }
}

/// Why the HTTP port cannot be used.
package struct CallerIDPortError: Error, CustomStringConvertible {
    let host: String
    let port: UInt16
    let reason: String

    package var description: String {
        "the HTTP port \(host):\(port) cannot be used: \(reason); set API_PORT (when run has the port: API_PORT here, or "
            + "MONITORING_PORT there) or API_HOST"
    }
}
