import Basics
import Daemon
import HTTP

/// `calls check`: whether the service can run, or does; each finding with what to do.
enum CallsCheckCommand {
    static let command = Command(
        "calls check",
        summary: "Check the settings of calls, the database, the port, Redis and Asterisk",
        discussion: "Shows each setting and its origin, what the user of AMI may do, and whether the dialplan of "
            + "'calls dialplan' is there. Changes nothing.",
        options: CallsSettings.options,
        run: run
    )

    private static func run(_ invocation: Invocation) async -> ExitCode {
        let result = CallsSettings.read(invocation, CallsConfiguration.load)
        var report = CheckReport(result) { "HTTP \($0.host):\($0.port), AMI \($0.ami.host):\($0.ami.port)" }
        guard let configuration = result.configuration else {
            Terminal.write(report.text, to: .output)
            return .configuration
        }
        await checkDatabase(configuration, &report)
        await checkPort(configuration, &report)
        await checkRedis(configuration, &report)
        await checkAsterisk(configuration, &report)
        Terminal.write(report.text, to: .output)
        return report.hasFailures ? .failure : .success
    }

    /// Whether CALLS_DB can be written, and has a user.
    static func checkDatabase(_ configuration: CallsConfiguration, _ report: inout CheckReport) async {
        let path = configuration.database
        let finding: CallsDatabaseFinding
        do throws(SystemError) {
            finding = try await Thread.run("check-database") { CallsDatabaseFinding(path: path) }
        } catch {
            return report.add(.failed, "Database", "\(error)")
        }
        let advice = "nobody can log in; add a user with 'calls user add NAME --role superuser'"
        switch finding {
        case .works(0): report.add(.warning, "Database", "\(path) has no users: \(advice)")
        case .works(let users): report.add(.passed, "Database", "\(path) can be written; it has \(users) users")
        case .canBeMade: report.add(.warning, "Database", "\(path) is not there yet: \(advice)")
        case .inUse: report.add(.note, "Database", "\(path) is in use: the service runs already")
        case .unusable(let error): report.add(.failed, "Database", "\(error)")
        }
    }

    /// Whether the port is free and the certificate can be used, or the service answers there.
    static func checkPort(_ configuration: CallsConfiguration, _ report: inout CheckReport) async {
        let place = "\(configuration.host):\(configuration.port)"
        do {
            try await Thread.run("check-port") {
                Result {
                    try CallsPort.listen(configuration, Router([]), tls: CallsPort.tls(configuration)).stop()
                }
            }.get()
            let kind = configuration.isTLS ? "HTTPS, with a certificate and key that fit" : "HTTP"
            report.add(.passed, "Port", "\(place) is free for \(kind)")
        } catch HTTPError.unusableCertificate {
            report.add(.failed, "Port", "\(HTTPError.unusableCertificate)")
        } catch {
            let scheme = configuration.isTLS ? "https" : "http"
            let url = "\(scheme)://\(WebAddress.local(toBind: configuration.host)):\(configuration.port)"
            if configuration.port != 0, case .healthy = await HealthFinding.ofService(at: "\(url)/healthz") {
                report.add(.note, "Port", "\(url) answers: the service runs already")
            } else {
                let reason = CallsPortError(host: configuration.host, port: configuration.port, reason: "\(error)")
                report.add(.failed, "Port", "\(reason)")
            }
        }
    }
}
