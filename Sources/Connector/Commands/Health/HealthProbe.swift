import Basics
import Daemon
import Delivery
import HTTP
import Spool

/// The way to ask the connector of a configuration, on this machine, whether it works.
enum HealthProbe: Equatable {
    /// At its monitoring port, and where that is not there or another program's, at the control socket.
    case port(url: String, directory: String)
    /// At the control socket in the folder of its spool.
    case socket(directory: String)

    /// How long the port is waited for.
    private static let patience = Duration.seconds(3)

    /// The port, unless there is none, or one that the system chose and only the log knows.
    init(_ monitoring: MonitoringConfiguration, spool: SpoolConfiguration) {
        if let url = monitoring.localURL {
            self = .port(url: url + "/healthz", directory: spool.directory)
        } else {
            self = .socket(directory: spool.directory)
        }
    }

    /// Reads what tells where to ask, and no other setting.
    init(_ loader: inout SettingsLoader) {
        let spool = loader.load([SpoolConfiguration.settings])
        self.init(loader.load([MonitoringConfiguration.settings]), spool: spool)
    }

    /// Whether it works, within 9 s.
    ///
    /// A connector whose monitoring port is unavailable works: a restart would not free the port, and would be a gap.
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
        // This is not about who answers; and the name in a certificate is the one that others use.
        configuration.verifies = false
        do throws(HTTPError) {
            let client = try HTTPClient(configuration)
            defer { client.shutDown() }
            return finding(url, try await client.send(HTTPRequest(.get, url, timeout: patience)))
        } catch {
            return finding(url, error)
        }
    }

    /// What an answer means.
    static func finding(_ url: String, _ response: HTTPResponse) -> HealthFinding {
        guard response.status == 200, response.text == "ok\n" else {
            return .sick(
                "what answers at \(url) (HTTP \(response.status)) is not a connector that works; see its log, and whether"
                    + " another program has this port: give the connector a free MONITORING_PORT"
            )
        }
        return .healthy("\(url) answers")
    }

    /// What no answer means.
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
