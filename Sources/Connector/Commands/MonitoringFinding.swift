import Basics
import Daemon
import HTTP

/// The findings of `check` about the monitoring port.
enum MonitoringFinding: Equatable {
    case off
    /// The port is free.
    case free(String)
    /// A running connector answers there.
    case served(String)
    /// The port is unavailable; `run` would start, log a warning, and retry.
    case unavailable(String)
    /// The certificate is unusable; `run` would not start.
    case unusable(String)

    /// Tries to listen there for a moment.
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
