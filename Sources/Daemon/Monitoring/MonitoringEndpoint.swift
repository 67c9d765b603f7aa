package import Basics
package import HTTP

/// The monitoring port of a service: /metrics, /healthz, /readyz, /status, a live page where there is one, and the routes
/// of its features.
///
/// It keeps trying to listen, because a port that another program has must not stop the service.
package struct MonitoringEndpoint: Service {
    package let name = "monitoring"

    private let configuration: MonitoringConfiguration
    private let router: Result<Router, RouteTableError>
    private let metrics: EndpointMetrics
    private let log: Logger
    private let port: MonitoringPort
    private let eachSecond: @Sendable () -> Void
    /// `/status` and `/metrics` for root and the process's own user, at the control socket.
    package let localRoutes: [Route]

    /// - Parameters:
    ///   - configuration: with port 0 it uses any free port and logs its number.
    ///   - common: the routes of every service.
    ///   - routes: those of the features.
    ///   - readiness: when `/readyz` is 200, for the answer to an unknown path: "200 while …".
    ///   - port: receives the URL, or why it does not listen.
    ///   - eachSecond: called once a second while the service runs, whether or not the port listens; must not block.
    package init(
        _ configuration: MonitoringConfiguration,
        _ common: ServiceRoutes,
        routes: [Route],
        readiness: String,
        metrics: EndpointMetrics,
        log: Logger,
        port: MonitoringPort,
        eachSecond: @escaping @Sendable () -> Void
    ) {
        self.configuration = configuration
        self.metrics = metrics
        self.log = log
        self.port = port
        self.eachSecond = eachSecond
        localRoutes = common.localRoutes
        let access = configuration.username == nil ? Access.open : .authenticated
        router = Self.router(
            configuration,
            routes + common.routes(access: access),
            unknownPaths: access,
            index: Self.index(readiness, hasPage: common.hasPage),
            log
        )
    }

    private static func router(
        _ configuration: MonitoringConfiguration,
        _ routes: [Route],
        unknownPaths: Access,
        index: String,
        _ log: Logger
    ) -> Result<Router, RouteTableError> {
        var settings = Router.Configuration()
        settings.hosts = AllowedHosts(configuration.hosts, bind: configuration.bind)
        settings.authentication = configuration.username.map {
            .basic(username: $0, password: configuration.password, realm: "asterisk-connector")
        }
        settings.unknownPaths = unknownPaths
        settings.errors = errors(index)
        settings.headers = safeguards
        settings.bodyLimit = 1024
        settings.isTLS = configuration.tlsCertificateFile != nil
        settings.log = log
        settings.didFail = { failure, source in
            let address = Logger.Field(own: "address", source.client.address?.description ?? "unknown")
            switch failure.kind {
            case .misdirected:
                log.warning(
                    "monitoring request refused, unknown host name",
                    [.init("host", source.client.host?.prefix(100) ?? ""), address]
                )
            case .loginRefused: log.warning("monitoring port login refused", [address])
            default: break
            }
        }
        return Result { () throws(RouteTableError) in try Router(routes, settings) }
    }

    /// Listens until cancelled; after a failure it retries, after 1 s at first and 60 s at most.
    ///
    /// - Throws: `HTTPError.unusableCertificate` when the first attempt shows that certificate and key do not match.
    package func run() async throws {
        let router = try router.get()
        var server: HTTPServer?
        var attempts = Attempts()
        var next = ContinuousClock.now
        while !Task.isCancelled {
            if server == nil, attempts.isDue { server = try await attempt(router, &attempts) }
            eachSecond()
            next = max(next, .now - .seconds(1)) + .seconds(1)
            try? await Task.sleep(until: next, clock: .continuous)
        }
        if let server { await Thread.runAnyway("monitoring") { server.stop() } }
        port.status = MonitoringPort.Status()
        metrics.isListening.value = 0
        try Task.checkCancellation()
    }

    /// The failures so far, and when to try again.
    private struct Attempts {
        private var backoff = Backoff(base: .seconds(1), cap: .seconds(60))
        private var next = ContinuousClock.now
        private(set) var failures = 0
        private var lastError = ""

        var isDue: Bool { next <= .now }

        /// Returns the wait, and whether to log it: a new error, else one failure in ten.
        mutating func failed(_ error: String) -> (wait: Duration, isWorthALine: Bool) {
            var generator = SystemRandomNumberGenerator()
            let wait = backoff.next(using: &generator)
            next = .now + wait
            failures += 1
            defer { lastError = error }
            return (wait, error != lastError || failures % 10 == 0)
        }
    }

    /// Tries to listen once; `nil` after a failure that may pass by itself.
    private func attempt(_ router: Router, _ attempts: inout Attempts) async throws -> HTTPServer? {
        do {
            let configuration = configuration
            let server = try await Thread.run("monitoring") {
                Result { try Self.listen(configuration, router) }
            }.get()
            let host = configuration.bind.contains(":") ? "[\(configuration.bind)]" : configuration.bind
            let url = "\(configuration.scheme)://\(host):\(server.port)"
            log.info("monitoring", [.init(own: "url", "\(url)/metrics")])
            metrics.succeeded()
            port.status = MonitoringPort.Status(url: url)
            return server
        } catch {
            if attempts.failures == 0, error as? HTTPError == .unusableCertificate { throw error }
            metrics.failed()
            port.status = MonitoringPort.Status(error: "\(error)")
            let (wait, isWorthALine) = attempts.failed("\(error)")
            if isWorthALine {
                log.warning(
                    "monitoring port unavailable, retrying",
                    [.init(own: "error", "\(error)"), .init(own: "retry_in", wait.formatted)]
                )
            }
            return nil
        }
    }

    /// Starts a server; blocks.
    ///
    /// - Throws: `HTTPError` when it cannot listen or the certificate is unusable, `SystemError` when its files cannot
    ///   be read.
    package static func listen(_ configuration: MonitoringConfiguration, _ router: Router) throws -> HTTPServer {
        var options = HTTPServerOptions(.oneThread)
        options.maxHeadBytes = 16 << 10
        options.connectionLimit = 128
        options.addressLimit = 32
        options.idleTimeout = .seconds(15)
        if let certificate = configuration.tlsCertificateFile, let key = configuration.tlsKeyFile {
            options.tls = HTTPServerOptions.TLS(
                certificate: String(decoding: try SettingSources.content(of: certificate), as: UTF8.self),
                key: Secret(String(decoding: try SettingSources.content(of: key), as: UTF8.self))
            )
        }
        return try HTTPServer(host: configuration.bind, port: configuration.port, options: options, router: router)
    }

    /// The answer to one request.
    package func respond(to request: ServerRequest) -> ServerResponse {
        switch router {
        case .success(let router): router.immediateAnswer(request) ?? ServerResponse(status: 500)
        case .failure(let error): ServerResponse(status: 500, text: "\(error)\n")
        }
    }

    private static func errors(_ index: String) -> ErrorFormat {
        ErrorFormat { failure, _ in
            let text =
                switch failure.kind {
                case .misdirected: "the monitoring port does not answer to this host name; add it to MONITORING_HOSTS\n"
                case .unauthenticated, .loginRefused: "this needs a user name and a password\n"
                case .methodNotAllowed: "only GET and HEAD\n"
                case .unknownPath: "not here; there are:\n\(index)"
                default: "\(failure)\n"
                }
            return ServerResponse(status: failure.status, text: text)
        }
    }

    /// The headers of every answer, which protect the page in a browser from other sites.
    private static let safeguards: HTTPHeaders = [
        "Content-Security-Policy": PageLook.policy(),
        "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
    ]

    private static func index(_ readiness: String, hasPage: Bool) -> String {
        var lines = [
            "/metrics  for Prometheus", "/healthz  200 while the process works", "/readyz   200 while \(readiness)",
            "/status   what it does, as JSON",
        ]
        if hasPage {
            lines.insert("/         what it does, for people; live", at: 0)
            lines.append("/events   what the page shows, once a second")
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
