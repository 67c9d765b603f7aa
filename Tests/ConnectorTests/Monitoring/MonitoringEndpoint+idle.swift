import AMI
import Basics
import Connector
import Daemon
import Delivery
import HTTP
import Spool

extension MonitoringEndpoint {
    /// The port of a connector that is logged in and has nothing to do.
    static func idle(
        log: LogSink,
        metrics: Metrics = Metrics(),
        port: MonitoringPort = MonitoringPort(),
        _ change: (inout MonitoringConfiguration) -> Void
    ) -> MonitoringEndpoint {
        var configuration = MonitoringConfiguration()
        change(&configuration)
        return MonitoringEndpoint(
            configuration,
            metrics: metrics,
            log: Logger("monitoring", sink: log),
            port: port
        ) {
            StatusReport(
                hostname: "pbx",
                uptime: .zero,
                ami: .init(isOnline: true, greeting: "", lastError: nil),
                spool: SpoolFigures(),
                ringBytes: 0,
                delivery: DeliveryReport()
            )
        }
    }
}
