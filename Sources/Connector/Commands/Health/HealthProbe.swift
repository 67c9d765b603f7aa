import Basics
import Daemon
import Delivery
import Spool

/// Checks whether the connector with a configuration works on this machine.
enum HealthProbe: Equatable {
    /// Checks the monitoring port, and then the control socket if the port is unavailable or another program has it.
    case port(url: String, directory: String)
    /// Checks the control socket in the folder of the spool.
    case socket(directory: String)

    /// Chooses the port, unless it is disabled or any free port, which only the log shows.
    init(_ monitoring: MonitoringConfiguration, spool: SpoolConfiguration) {
        if let url = monitoring.localURL {
            self = .port(url: url + "/healthz", directory: spool.directory)
        } else {
            self = .socket(directory: spool.directory)
        }
    }

    /// Loads only the settings with the addresses.
    init(_ loader: inout SettingsLoader) {
        let spool = loader.load([SpoolConfiguration.settings])
        self.init(loader.load([MonitoringConfiguration.settings]), spool: spool)
    }

    /// Checks whether the connector works; takes at most 9 s.
    ///
    /// A connector without its monitoring port counts as healthy: a restart would not free the port, and would cause a
    /// gap.
    func ask() async -> HealthFinding {
        switch self {
        case .port(let url, let directory):
            let finding = await HealthFinding.ofService(at: url)
            guard case .sick(let problem) = finding, case .healthy(let text) = await Self.ask(directory: directory)
            else { return finding }
            return .healthy("\(text), but not its monitoring port: \(problem)")
        case .socket(let directory): return await Self.ask(directory: directory)
        }
    }

    private static func ask(directory: String) async -> HealthFinding {
        let path = ControlSocket.path(in: directory)
        do throws(AdminError) {
            if try await AdminAccess.answers(in: directory) { return .healthy("\(path) answers") }
            return .sick(
                "nothing listens at \(path); the connector does not run, or with another SPOOL_DIR, or as a user whose"
                    + " socket this one cannot open: see its log"
            )
        } catch {
            return .sick("\(path): \(error)")
        }
    }
}
