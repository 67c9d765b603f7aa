/// The routes that every service has: its metrics, its health, its state, and a live page where it has one.
///
/// All of its closures answer from memory, on the thread of a connection, so they must not block.
package struct ServiceRoutes: Sendable {
    /// A page for people, with the files that it loads and the events that keep it current.
    package struct Page: Sendable {
        package struct File: Sendable {
            let path: String
            let contentType: String
            let content: [UInt8]

            package init(_ path: String, _ contentType: String, _ content: [UInt8]) {
                self.path = path
                self.contentType = contentType
                self.content = content
            }
        }

        let html: @Sendable () -> [UInt8]
        let files: [File]
        let events: EventFeed
        let event: @Sendable () -> [UInt8]

        /// - Parameters:
        ///   - html: the content of `/`.
        ///   - events: the feed of `/events`; its owner publishes to it while there are listeners.
        ///   - event: the newest event, for the first listener.
        package init(
            html: @escaping @Sendable () -> [UInt8],
            files: [File],
            events: EventFeed,
            event: @escaping @Sendable () -> [UInt8]
        ) {
            self.html = html
            self.files = files
            self.events = events
            self.event = event
        }
    }

    private let metrics: @Sendable () -> [UInt8]
    private let problems: @Sendable () -> [String]
    private let status: @Sendable () -> [UInt8]
    private let page: Page?

    /// Whether there is a page for people.
    package var hasPage: Bool { page != nil }

    /// - Parameters:
    ///   - metrics: the content of `/metrics`, in the text format of Prometheus.
    ///   - problems: the reasons why `/readyz` is not 200, one per line.
    ///   - status: the content of `/status`, JSON.
    package init(
        metrics: @escaping @Sendable () -> [UInt8],
        problems: @escaping @Sendable () -> [String],
        status: @escaping @Sendable () -> [UInt8],
        page: Page? = nil
    ) {
        self.metrics = metrics
        self.problems = problems
        self.status = status
        self.page = page
    }

    /// All routes; `/healthz` and `/readyz` are open, because probes have no password.
    ///
    /// - Parameters:
    ///   - access: the access to all other routes.
    ///   - errors: the form of errors; `nil` for that of the table.
    ///   - checkStatus: throws for who may not read `/status`, whatever `access` says.
    package func routes(
        access: Access,
        errors: ErrorFormat? = nil,
        checkStatus: @escaping @Sendable (RoutedRequest) throws(RequestFailure) -> Void = { _ in }
    ) -> [Route] {
        var options = Route.Options()
        options.errors = errors
        options.allowsOtherOrigins = false
        let health = [
            Route.immediate(.get, "/healthz", access: .open, options: options) { _ in
                ServerResponse(status: 200, text: "ok\n")
            },
            .immediate(.get, "/readyz", access: .open, options: options) { [problems] _ in
                let problems = problems()
                guard !problems.isEmpty else { return ServerResponse(status: 200, text: "ready\n") }
                return ServerResponse(status: 503, text: problems.map { $0 + "\n" }.joined())
            },
        ]
        return health + state(access, options, checkStatus) + (page.map { Self.routes(of: $0, access, options) } ?? [])
    }

    /// Only `/metrics` and `/status`, open to all, for a socket that answers only the service's own user.
    package var localRoutes: [Route] { state(.open, Route.Options()) { _ in } }

    private func state(
        _ access: Access,
        _ options: Route.Options,
        _ checkStatus: @escaping @Sendable (RoutedRequest) throws(RequestFailure) -> Void
    ) -> [Route] {
        [
            .immediate(.get, "/metrics", access: access, options: options) { [metrics] _ in
                Self.file("text/plain; version=0.0.4; charset=utf-8", metrics())
            },
            .immediate(.get, "/status", access: access, options: options) { [status] request in
                try checkStatus(request)
                return Self.file("application/json", status())
            },
        ]
    }

    private static func routes(of page: Page, _ access: Access, _ options: Route.Options) -> [Route] {
        let files = page.files.map { file in
            Route.immediate(.get, file.path, access: access, options: options) { _ in
                Self.file(file.contentType, file.content)
            }
        }
        return files + [
            .immediate(.get, "/", access: access, options: options) { _ in
                Self.file("text/html; charset=utf-8", page.html())
            },
            .immediate(.get, "/events", access: access, options: options) { request in
                guard request.method == "GET" else { return Self.file("text/event-stream", []) }
                // While there are listeners, there is already a frame of the last second.
                if page.events.listenerCount == 0 { page.events.publish(page.event()) }
                return .events(page.events)
            },
        ]
    }

    private static func file(_ type: String, _ body: [UInt8]) -> ServerResponse {
        ServerResponse(status: 200, headers: ["Content-Type": type], body: body)
    }
}
