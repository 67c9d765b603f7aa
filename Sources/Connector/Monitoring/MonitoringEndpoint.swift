package import Basics
package import HTTP

/// The small HTTP port for people, Prometheus and probes: the live page, /metrics, /healthz, /readyz, /status.
package struct MonitoringEndpoint: Service {
    package let name = "monitoring"

    private let configuration: Configuration.Monitoring
    private let access: MonitoringAccess?
    private let hosts: MonitoringHosts
    private let metrics: Metrics
    private let view: LiveView
    private let feed = EventFeed(limit: 32, perAddress: 16, patience: .seconds(15))
    private let log: Logger
    private let port: MonitoringPort

    /// - Parameters:
    ///   - configuration: with the port 0 it takes any free one; the log has its number.
    ///   - port: gets where it listens, or why it does not.
    ///   - status: asked every second and at each request; must not block.
    package init(
        _ configuration: Configuration.Monitoring,
        metrics: Metrics,
        log: Logger,
        port: MonitoringPort = MonitoringPort(),
        status: @escaping @Sendable () -> StatusReport
    ) {
        self.configuration = configuration
        access = configuration.username.map { MonitoringAccess(username: $0, password: configuration.password) }
        hosts = MonitoringHosts(configuration.hosts, bind: configuration.bind)
        self.metrics = metrics
        self.log = log
        self.port = port
        view = LiveView(metrics, status: status)
    }

    /// Listens until cancelled; where that fails, it tries again after 1 s at first, 60 s at most.
    ///
    /// - Throws: `HTTPError.unusableCertificate` when the first attempt shows that certificate and key do not fit.
    package func run() async throws {
        var server: HTTPServer?
        var attempts = Attempts()
        var next = ContinuousClock.now
        while !Task.isCancelled {
            if server == nil, attempts.isDue { server = try await attempt(&attempts) }
            view.sample()
            if feed.listenerCount > 0 { feed.publish(view.event) }
            next = max(next, .now - .seconds(1)) + .seconds(1)
            try? await Task.sleep(until: next, clock: .continuous)
        }
        if let server { await Thread.runAnyway("monitoring") { server.stop() } }
        port.status = MonitoringPort.Status()
        metrics.monitoringPort.isListening.value = 0
        try Task.checkCancellation()
    }

    /// What failed so far, and when to try again.
    private struct Attempts {
        private var backoff = Backoff(base: .seconds(1), cap: .seconds(60))
        private var next = ContinuousClock.now
        private(set) var failures = 0
        private var lastError = ""

        var isDue: Bool { next <= .now }

        /// The wait, and whether the log should say so: a new reason, else one failure in ten.
        mutating func failed(_ error: String) -> (wait: Duration, isWorthALine: Bool) {
            var generator = SystemRandomNumberGenerator()
            let wait = backoff.next(using: &generator)
            next = .now + wait
            failures += 1
            defer { lastError = error }
            return (wait, error != lastError || failures % 10 == 0)
        }
    }

    /// One attempt to listen; `nil` after a failure that may pass by itself.
    private func attempt(_ attempts: inout Attempts) async throws -> HTTPServer? {
        do {
            let configuration = configuration
            let server = try await Thread.run("monitoring") {
                Result { try Self.listen(configuration) { respond(to: $0) } }
            }.get()
            let host = configuration.bind.contains(":") ? "[\(configuration.bind)]" : configuration.bind
            let url = "\(configuration.scheme)://\(host):\(server.port)"
            log.info("monitoring", [.init(own: "url", "\(url)/metrics")])
            metrics.monitoringPort.succeeded()
            port.status = MonitoringPort.Status(url: url)
            return server
        } catch {
            if attempts.failures == 0, error as? HTTPError == .unusableCertificate { throw error }
            metrics.monitoringPort.failed()
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

    /// Blocks.
    ///
    /// - Throws: `HTTPError` when it cannot listen there or the certificate is unusable, `SystemError` when its files
    ///   cannot be read.
    static func listen(
        _ configuration: Configuration.Monitoring,
        handler: @escaping HTTPServer.Handler
    ) throws -> HTTPServer {
        var options = HTTPServerOptions(.oneThread)
        options.maxBodyBytes = 1024
        options.maxHeadBytes = 16 << 10
        options.connectionLimit = 128
        options.addressLimit = 32
        options.idleTimeout = .seconds(15)
        if let certificate = configuration.tlsCertificateFile, let key = configuration.tlsKeyFile {
            options.tls = HTTPServerOptions.TLS(
                certificate: String(decoding: try Configuration.content(of: certificate), as: UTF8.self),
                key: Secret(String(decoding: try Configuration.content(of: key), as: UTF8.self))
            )
        }
        return try HTTPServer(host: configuration.bind, port: configuration.port, options: options, handler: handler)
    }

    /// The answer to root and the own user at the control socket: `/status` and `/metrics`; `nil` to anything else.
    func respondLocally(to request: ServerRequest) -> ServerResponse? {
        guard request.method == "GET", ["/status", "/metrics"].contains(request.path) else { return nil }
        return content(request)
    }

    /// The answer to one request.
    package func respond(to request: ServerRequest) -> ServerResponse {
        var response = answer(to: request)
        for (name, value) in Self.safeguards { response.headers.append(name, value) }
        return response
    }

    private func answer(to request: ServerRequest) -> ServerResponse {
        let host = request.headers["Host"]
        guard hosts.allows(host) else {
            log.warning(
                "monitoring request refused, unknown host name",
                [.init("host", host?.prefix(100) ?? ""), .init(own: "address", request.address ?? "unknown")]
            )
            return Self.misdirected
        }
        guard request.method == "GET" || request.method == "HEAD" else {
            return ServerResponse(status: 405, text: "only GET and HEAD\n")
        }
        switch request.path {
        // Open to all, because probes have no password.
        case "/healthz": return ServerResponse(status: 200, text: "ok\n")
        case "/readyz":
            let problems = view.status.problems
            guard !problems.isEmpty else { return ServerResponse(status: 200, text: "ready\n") }
            return ServerResponse(status: 503, text: problems.map { $0 + "\n" }.joined())
        default: break
        }
        switch access?.judge(request.headers["Authorization"]) {
        case .allowed, nil: break
        case .missing: return Self.unauthorized
        case .wrong:
            log.warning(
                "monitoring port login refused",
                [.init(own: "address", request.address ?? "unknown")]
            )
            return Self.unauthorized
        }
        return content(request)
    }

    private func content(_ request: ServerRequest) -> ServerResponse {
        switch request.path {
        case "/": return Self.file("text/html; charset=utf-8", view.html)
        case "/live.css": return Self.file("text/css; charset=utf-8", PackageResources.live_css)
        case "/live.js": return Self.file("text/javascript; charset=utf-8", PackageResources.live_js)
        case "/live.svg": return Self.file("image/svg+xml", PackageResources.live_svg)
        case "/events":
            guard request.method == "GET" else { return Self.file("text/event-stream", []) }
            // While someone listens there is a frame of the last second already.
            if feed.listenerCount == 0 { feed.publish(view.event) }
            return .events(feed)
        case "/metrics": return Self.file("text/plain; version=0.0.4; charset=utf-8", metrics.registry.render())
        case "/status": return Self.file("application/json", view.status.encoded())
        default: return ServerResponse(status: 404, text: "not here; there are:\n\(Self.index)")
        }
    }

    private static func file(_ type: String, _ body: [UInt8]) -> ServerResponse {
        ServerResponse(status: 200, headers: ["Content-Type": type], body: body)
    }

    private static let misdirected = ServerResponse(
        status: 421,
        text: "the monitoring port does not answer to this host name; add it to MONITORING_HOSTS\n"
    )

    private static let unauthorized = {
        var response = ServerResponse(status: 401, text: "this needs a user name and a password\n")
        response.headers.append("WWW-Authenticate", #"Basic realm="asterisk-connector", charset="UTF-8""#)
        return response
    }()

    /// What every answer has, so that a browser shows the page as it is meant and to nobody else.
    private static let safeguards = [
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        ),
        ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"), ("Cache-Control", "no-store"),
    ]

    private static let index = """
        /         what it does, for people; live
        /metrics  for Prometheus
        /healthz  200 while the process works
        /readyz   200 while logged in to Asterisk and able to store records
        /status   what it does, as JSON
        /events   what the page shows, once a second

        """
}
