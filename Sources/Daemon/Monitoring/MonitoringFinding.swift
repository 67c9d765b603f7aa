import Basics
import HTTP

/// The findings of `check` about the monitoring port.
package enum MonitoringFinding: Equatable {
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
    package init(_ configuration: MonitoringConfiguration) async {
        guard configuration.isEnabled else {
            self = .off
            return
        }
        do {
            try await Thread.run("check-monitoring") {
                Result { try MonitoringEndpoint.listen(configuration, Router([])).stop() }
            }.get()
            self = .free("\(configuration.bind):\(configuration.port)")
        } catch HTTPError.unusableCertificate {
            self = .unusable("\(HTTPError.unusableCertificate)")
        } catch {
            if let url = configuration.localURL, case .healthy = await HealthFinding.ofService(at: "\(url)/healthz") {
                self = .served(url)
            } else {
                self = .unavailable("\(error)")
            }
        }
    }
}
