import Basics
import Daemon
import HTTP

/// The HTTP port of `calls`.
struct CallsPort: Service {
    let name = "http"
    private let server: HTTPServer
    private let feature: CallsFeature

    /// Where it listens, also when any free port was asked for.
    var port: UInt16 { server.port }

    /// Listens; blocks.
    ///
    /// - Throws: `CallsPortError`, or `RouteTableError`.
    init(_ configuration: CallsConfiguration, _ feature: CallsFeature, log: Logger) throws {
        self.feature = feature
        let router = try Router(
            feature.routes + feature.serviceRoutes,
            Self.settings(configuration, feature, log: log)
        )
        let tls = try Self.tls(configuration)
        do throws(HTTPError) {
            server = try Self.listen(configuration, router, tls: tls)
        } catch {
            throw CallsPortError(host: configuration.host, port: configuration.port, reason: "\(error)")
        }
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        let scheme = configuration.isTLS ? "https" : "http"
        log.info("calls over HTTP", [.init(own: "url", "\(scheme)://\(host):\(server.port)")])
    }

    /// Starts a server; blocks.
    static func listen(
        _ configuration: CallsConfiguration,
        _ router: Router,
        tls: HTTPServerOptions.TLS?
    ) throws(HTTPError) -> HTTPServer {
        var options = HTTPServerOptions(.threads(2))
        // A longer head: 431.
        options.maxHeadBytes = 8 << 10
        options.connectionLimit = 6000
        // A client of Socket.IO that polls is a handler that waits.
        options.handlerLimit = 6000
        options.idleTimeout = .seconds(30)
        options.tls = tls
        return try HTTPServer(host: configuration.host, port: configuration.port, options: options, router: router)
    }

    static func tls(_ configuration: CallsConfiguration) throws -> HTTPServerOptions.TLS? {
        guard let certificate = configuration.tlsCertificateFile, let key = configuration.tlsKeyFile else { return nil }
        return HTTPServerOptions.TLS(
            certificate: try FileContents.read(certificate, limit: 1 << 20)[...].text,
            key: Secret(try FileContents.read(key, limit: 1 << 20)[...].text)
        )
    }

    /// What the router of the port allows, and how it answers errors.
    static func settings(
        _ configuration: CallsConfiguration,
        _ feature: CallsFeature,
        log: Logger
    ) -> Router.Configuration {
        var settings = Router.Configuration()
        settings.hosts = AllowedHosts(configuration.publicHosts, bind: configuration.host)
        settings.crossOrigin = CrossOriginPolicy(
            configuration.allowedOrigins,
            refusesOthers: true,
            requestHeaders: ["Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID"]
        )
        settings.authentication = .calls(feature.logins)
        settings.accessFailures = CallsAnswers.accessFailures
        settings.trustedProxies = configuration.trustedNetworks
        settings.unknownPaths = .open
        settings.errors = CallsAnswers.errors
        settings.isTLS = configuration.isTLS
        settings.log = log
        settings.didFail = { failure, source in
            guard failure.kind == .bug else { return }
            log.error(
                "request failed, please report this",
                [.init(own: "error", source.error.map { "\($0)" } ?? "unknown")]
            )
        }
        return settings
    }

    /// Answers until cancelled.
    func run() async throws {
        defer { feature.stop() }
        try await server.serve()
    }
}

/// Why the HTTP port cannot be used.
package struct CallsPortError: Error, CustomStringConvertible {
    let host: String
    let port: UInt16
    let reason: String

    package var description: String {
        "the HTTP port \(host):\(port) cannot be used: \(reason); set CALLS_PORT or CALLS_BIND"
    }
}
