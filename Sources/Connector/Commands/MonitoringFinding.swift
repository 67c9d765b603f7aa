import Basics
import Daemon
import HTTP

/// What `check` finds where the monitoring port is to be.
enum MonitoringFinding: Equatable {
    case off
    /// `run` can listen there.
    case free(String)
    /// The connector that runs answers there.
    case served(String)
    /// `run` starts, warns, and tries again.
    case unavailable(String)
    /// `run` does not start.
    case unusable(String)

    /// Listens there for a moment.
    static func look(at configuration: MonitoringConfiguration) async -> MonitoringFinding {
        guard configuration.isEnabled else { return .off }
        let place = "\(configuration.bind):\(configuration.port)"
        do {
            try await Thread.run("check-monitoring") {
                Result { try MonitoringEndpoint.listen(configuration, Router([])).stop() }
            }.get()
            return .free(place)
        } catch HTTPError.unusableCertificate {
            return .unusable("\(HTTPError.unusableCertificate)")
        } catch {
            if let url = configuration.localURL, case .healthy = await HealthProbe.ask("\(url)/healthz") {
                return .served(url)
            }
            return .unavailable("\(error)")
        }
    }
}
