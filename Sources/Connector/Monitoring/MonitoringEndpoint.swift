package import Basics
package import HTTP

/// The small HTTP port for people, Prometheus and probes: the live page, /metrics, /healthz, /readyz, /status.
package struct MonitoringEndpoint: Service {
    package let name = "monitoring"

    private let configuration: Configuration.Monitoring
    private let access: MonitoringAccess?
    private let metrics: Metrics
    private let view: LiveView
    private let feed = EventFeed(limit: 32, perAddress: 16, patience: .seconds(15))
    private let log: Logger
    private let didListen: @Sendable () -> Void

    /// - Parameters:
    ///   - configuration: with the port 0 it takes any free one; the log tells which.
    ///   - didListen: told once the port is there.
    ///   - status: asked every second and at each request; must not block.
    package init(
        _ configuration: Configuration.Monitoring,
        metrics: Metrics,
        log: Logger,
        didListen: @escaping @Sendable () -> Void = {},
        status: @escaping @Sendable () -> StatusReport
    ) {
        self.configuration = configuration
        access = configuration.username.map { MonitoringAccess(username: $0, password: configuration.password) }
        self.metrics = metrics
        self.log = log
        self.didListen = didListen
        view = LiveView(metrics, status: status)
    }

    /// Listens until cancelled.
    ///
    /// - Throws: `HTTPError` when the port cannot be had or the certificate not be used, `SystemError` when its files
    ///   cannot be read.
    package func run() async throws {
        let server = try await Thread.run("monitoring") { Result { try listen() } }.get()
        let host = configuration.bind.contains(":") ? "[\(configuration.bind)]" : configuration.bind
        log.info("monitoring", [.init(own: "url", "\(configuration.scheme)://\(host):\(server.port)/metrics")])
        didListen()
        var next = ContinuousClock.now
        while !Task.isCancelled {
            view.sample()
            if feed.listenerCount > 0 { feed.publish(view.event) }
            next = max(next, .now - .seconds(1)) + .seconds(1)
            try? await Task.sleep(until: next, clock: .continuous)
        }
        await Thread.run("monitoring") { server.stop() }
        try Task.checkCancellation()
    }

    /// Blocks.
    private func listen() throws -> HTTPServer {
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
        return try HTTPServer(host: configuration.bind, port: configuration.port, options: options) {
            respond(to: $0)
        }
    }

    /// The answer to one request.
    package func respond(to request: ServerRequest) -> ServerResponse {
        var response = answer(to: request)
        for (name, value) in Self.safeguards { response.headers.append(name, value) }
        return response
    }

    private func answer(to request: ServerRequest) -> ServerResponse {
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
                "somebody gave the monitoring port a wrong user name or password",
                [.init("address", request.address ?? "unknown")]
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
            // While somebody listens there is a frame of the last second already.
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
