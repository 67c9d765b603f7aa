import Basics
import Daemon
import Delivery
import HTTP
import Spool

/// Checks whether the connector with a configuration works on this machine.
enum HealthProbe: Equatable {
    /// Checks the monitoring port, and then the control socket if the port is unavailable or another program has it.
    case port(url: String, directory: String)
    /// Checks the control socket in the folder of the spool.
    case socket(directory: String)

    /// The timeout of the connection and of the answer.
    private static let patience = Duration.seconds(3)

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
            let finding = await Self.ask(url)
            guard case .sick(let problem) = finding, case .healthy(let text) = await Self.ask(directory: directory)
            else { return finding }
            return .healthy("\(text), but not its monitoring port: \(problem)")
        case .socket(let directory): return await Self.ask(directory: directory)
        }
    }

    static func ask(_ url: String) async -> HealthFinding {
        var configuration = HTTPClient.Configuration(userAgent: Version.userAgent)
        configuration.connectTimeout = patience
        // The identity of the server does not matter here, and its certificate has its public name.
        configuration.verifies = false
        do throws(HTTPError) {
            return finding(url, try await HTTPClient.send(HTTPRequest(.get, url, timeout: patience), configuration))
        } catch {
            return finding(url, error)
        }
    }

    /// The meaning of an answer.
    static func finding(_ url: String, _ response: HTTPResponse) -> HealthFinding {
        guard response.status == 200, response.text == "ok\n" else {
            return .sick(
                "what answers at \(url) (HTTP \(response.status)) is not a connector that works; see its log, and whether"
                    + " another program has this port: give the connector a free MONITORING_PORT"
            )
        }
        return .healthy("\(url) answers")
    }

    /// The meaning of a failed request.
    static func finding(_ url: String, _ error: HTTPError) -> HealthFinding {
        switch error {
        case .timedOut, .interrupted:
            .sick("no answer at \(url) within \(patience.components.seconds) s; see the connector's log and restart it")
        case .unreachable, .unresolved:
            .sick(
                "nothing listens at \(url); the connector does not run, or runs with another MONITORING_BIND or"
                    + " MONITORING_PORT: see its log"
            )
        default: .sick("\(url): \(error)")
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
