import AMI
import Basics
import Daemon
import Delivery
import HTTP
import Spool

/// `check`: whether everything that `run` needs is present, each finding with what to do.
enum CheckCommand {
    static let command = Command(
        "check",
        summary: "Check the configuration, Asterisk and the API",
        discussion: "Shows each setting, its origin, and what to correct. Changes nothing.",
        options: OptionDefinition.configuration,
        run: run
    )

    private static func run(_ invocation: Invocation) async -> ExitCode {
        let result = LoadedConfiguration.read(invocation)
        var report = CheckReport(result) { "AMI \($0.ami.host):\($0.ami.port), API \($0.api.baseURL)" }
        guard let configuration = result.configuration else {
            Terminal.write(report.text, to: .output)
            return .configuration
        }
        await checkAsterisk(configuration, &report)
        await checkAPI(configuration, &report)
        await checkSpool(configuration, &report)
        await checkMonitoring(configuration, &report)
        Terminal.write(report.text, to: .output)
        return report.hasFailures ? .failure : .success
    }

    /// The timeout of the login, and of the queries after it.
    private static let timeout = Duration.seconds(15)

    /// Logs in, and checks the rights of the user.
    private static func checkAsterisk(_ configuration: Configuration, _ report: inout CheckReport) async {
        let user = Redaction(configuration.secrets).shown(configuration.ami.username)
        var session = report
        let failure = await CheckSession.run(configuration.client, within: timeout) { client in
            session.add(.passed, "Asterisk", "logged in as \(user): \(client.status.greeting)")
            await checkRights(client, user, &session)
        }
        report = session
        if let failure { report.add(.failed, "Asterisk", failure) }
    }

    private static func checkRights(_ client: AMIClient, _ user: String, _ report: inout CheckReport) async {
        do throws(AMIError) {
            let commands = try await client.send(try AMIAction("ListCommands"))
            let dangerous = ["Originate", "Command", "UpdateConfig", "ModuleLoad"].filter {
                commands.response.value(named: $0) != nil
            }
            if dangerous.isEmpty {
                report.add(.passed, "Rights", "the user can change nothing that matters")
            } else {
                report.add(
                    .warning,
                    "Rights",
                    "the user may also do \(dangerous.joined(separator: ", ")); the connector only reads: set"
                        + " 'write =' to nothing in section [\(user)] of manager.conf"
                )
            }
            let settings = try await client.send(try AMIAction("CoreSettings"))
            if settings.response["CoreCDRenabled"]?.equalsIgnoringCase("no") == true {
                report.add(.failed, "CDR", "Asterisk makes no CDRs; set enable=yes in cdr.conf, then 'module reload'")
            } else {
                report.add(.passed, "CDR", "Asterisk makes CDRs")
            }
        } catch {
            guard !error.isLoss else {
                let advice = "Asterisk hangs or ended the session: try 'asterisk -rx \"core show uptime\"'"
                return report.add(.failed, "Rights", "no answer in \(timeout.formatted); \(advice)")
            }
            guard case .actionRefused = error else { return report.add(.failed, "Rights", "\(error)") }
            report.add(
                .note,
                "CDR",
                "without write rights, as recommended, nobody can ask over AMI whether CDR and CEL are on;"
                    + " 'asterisk -rx \"cdr show status\"' must list cdr_manager without (suspended), and"
                    + " 'asterisk -rx \"cel show status\"' must list the Manager subscriber"
            )
        }
    }

    /// Checks the API; any answer below 500 means that it is reachable.
    private static func checkAPI(_ configuration: Configuration, _ report: inout CheckReport) async {
        let url = "\(configuration.api.baseURL)/health"
        do throws(HTTPError) {
            let request = HTTPRequest(.get, url, timeout: .seconds(15))
            let response = try await HTTPClient.send(request, configuration.api.httpClient)
            if response.status < 500 {
                report.add(.passed, "API", "\(url) answers (HTTP \(response.status))")
            } else {
                report.add(
                    .failed,
                    "API",
                    "\(url) answers HTTP \(response.status); the API has trouble, try again later"
                )
            }
        } catch {
            report.add(.failed, "API", "\(url): \(APIAccess.text(error))")
        }
    }

    private static func checkMonitoring(_ configuration: Configuration, _ report: inout CheckReport) async {
        switch await MonitoringFinding(configuration.monitoring) {
        case .off: report.add(.note, "Monitoring", "off: MONITORING_ENABLED=false")
        case .free(let place): report.add(.passed, "Monitoring", "\(place) is free")
        case .served(let url): report.add(.note, "Monitoring", "\(url) answers: the connector runs already")
        case .unavailable(let error):
            report.add(
                .warning,
                "Monitoring",
                "\(error); 'run' collects records even so, and tries the port again"
            )
        case .unusable(let error): report.add(.failed, "Monitoring", error)
        }
    }

    /// Checks the spool without creating it; only `run` creates it, with the rights of its user.
    private static func checkSpool(_ configuration: Configuration, _ report: inout CheckReport) async {
        let directory = configuration.spool.directory
        let finding: SpoolFinding
        do throws(SystemError) {
            finding = try await Thread.run("check-spool") { SpoolFinding(directory: directory) }
        } catch {
            return report.add(.failed, "Spool", "\(error)")
        }
        switch finding {
        case .works(let waiting): report.add(.passed, "Spool", "\(directory) works; \(waiting) records wait in it")
        case .canBeMade: report.add(.passed, "Spool", "\(directory) is empty and can be written; 'run' makes the spool")
        case .inUse: report.add(.note, "Spool", "\(directory) is in use: the connector runs already")
        case .unusable(let error): report.add(.failed, "Spool", "\(error)")
        }
    }
}
