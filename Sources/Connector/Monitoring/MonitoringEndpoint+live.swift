package import Basics
package import Daemon
package import HTTP

extension MonitoringEndpoint {
    /// The monitoring port of `run`, with its live page.
    ///
    /// - Parameters:
    ///   - configuration: with port 0 it uses any free port and logs its number.
    ///   - port: receives the URL, or why it does not listen.
    ///   - routes: those of the features, in addition to those of every service.
    ///   - status: called every second and for each request; must not block.
    package init(
        _ configuration: MonitoringConfiguration,
        metrics: Metrics,
        log: Logger,
        port: MonitoringPort = MonitoringPort(),
        routes: [Route] = [],
        status: @escaping @Sendable () -> StatusReport
    ) {
        let view = LiveView(metrics, status: status)
        let feed = EventFeed(limit: 32, perAddress: 16, timeout: .seconds(15))
        let common = ServiceRoutes(
            metrics: { metrics.registry.render() },
            problems: { view.status.problems },
            status: { view.status.encoded() },
            page: ServiceRoutes.Page(
                html: { view.html },
                files: [
                    .init("/live.css", "text/css; charset=utf-8", PageLook.style + PackageResources.live_css),
                    .init("/live.js", "text/javascript; charset=utf-8", PackageResources.live_js),
                    .init("/live.svg", "image/svg+xml", PageLook.icon),
                ],
                events: feed,
                event: { view.event }
            )
        )
        self.init(
            configuration,
            common,
            routes: routes,
            readiness: "logged in to Asterisk and able to store records",
            metrics: metrics.monitoringPort,
            log: log,
            port: port
        ) {
            view.sample()
            if feed.listenerCount > 0 { feed.publish(view.event) }
        }
    }
}
