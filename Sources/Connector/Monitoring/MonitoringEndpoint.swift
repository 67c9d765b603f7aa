package import Basics
package import HTTP

/// The small HTTP port for Prometheus, probes and people: /metrics, /healthz, /readyz, /status.
package struct MonitoringEndpoint: Service {
    package let name = "monitoring"

    private let host: String
    private let port: UInt16
    private let metrics: Metrics
    private let status: @Sendable () -> StatusReport
    private let log: Logger
    private let didListen: @Sendable () -> Void

    /// - Parameters:
    ///   - port: 0 for any free one; the log tells which.
    ///   - didListen: told once the port is there.
    ///   - status: asked at each request; must not block.
    package init(
        host: String,
        port: UInt16,
        metrics: Metrics,
        log: Logger,
        didListen: @escaping @Sendable () -> Void = {},
        status: @escaping @Sendable () -> StatusReport
    ) {
        self.host = host
        self.port = port
        self.metrics = metrics
        self.log = log
        self.didListen = didListen
        self.status = status
    }

    /// Listens until cancelled.
    ///
    /// - Throws: `HTTPError` when the port cannot be had.
    package func run() async throws {
        var options = HTTPServerOptions(.oneThread)
        options.maxBodyBytes = 1024
        options.connectionLimit = 32
        options.idleTimeout = .seconds(15)
        let settings = options
        let server = try await Thread.run("monitoring") {
            Result { try HTTPServer(host: host, port: port, options: settings) { respond(to: $0) } }
        }.get()
        log.info("monitoring", [.init("url", "http://\(host):\(server.port)/metrics")])
        didListen()
        try? await Task.sleep(for: .seconds(1 << 30))
        await Thread.run("monitoring") { server.stop() }
        try Task.checkCancellation()
    }

    /// The answer to one request.
    package func respond(to request: ServerRequest) -> ServerResponse {
        guard request.method == "GET" || request.method == "HEAD" else {
            return ServerResponse(status: 405, text: "only GET and HEAD\n")
        }
        switch request.path {
        case "/metrics":
            return ServerResponse(
                status: 200,
                headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"],
                body: metrics.registry.render()
            )
        case "/healthz": return ServerResponse(status: 200, text: "ok\n")
        case "/readyz":
            let problems = status().problems
            guard !problems.isEmpty else { return ServerResponse(status: 200, text: "ready\n") }
            return ServerResponse(status: 503, text: problems.map { $0 + "\n" }.joined())
        case "/status":
            return ServerResponse(
                status: 200,
                headers: ["Content-Type": "application/json"],
                body: status().encoded()
            )
        case "/": return ServerResponse(status: 200, text: "asterisk-connector \(Version.number)\n\(Self.index)")
        default: return ServerResponse(status: 404, text: "not here; there are:\n\(Self.index)")
        }
    }

    private static let index = """
        /metrics  for Prometheus
        /healthz  200 while the process works
        /readyz   200 while logged in to Asterisk and able to store records
        /status   what it does, as JSON

        """
}
