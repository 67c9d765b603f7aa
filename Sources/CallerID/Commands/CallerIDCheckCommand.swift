import AGI
import Basics
import Daemon
import HTTP

/// `callerid check`: whether the service can run, or does; each finding with what to do.
enum CallerIDCheckCommand {
    static let command = Command(
        "callerid check",
        summary: "Check the settings of caller IDs, the ports and the numbers",
        discussion: "Shows each setting and its origin, and whether the service answers. Changes nothing.",
        options: [CallerIDSettings.option, CallerIDSettings.opsConf],
        run: run
    )

    private static func run(_ invocation: Invocation) async -> ExitCode {
        let result = CallerIDSettings.read(invocation)
        var report = CheckReport(result) { "HTTP \($0.host):\($0.port)" }
        guard let configuration = result.configuration else {
            Terminal.write(report.text, to: .output)
            return .configuration
        }
        if configuration.adminToken.revealed.isEmpty {
            report.add(.note, "Administration", "only by commands on this machine; set ADMIN_TOKEN for HTTP")
        }
        await checkRedis(configuration, &report)
        await checkNumbers(configuration, &report)
        await checkDatabase(configuration, &report)
        await checkScripts(configuration, &report)
        Terminal.write(report.text, to: .output)
        return report.hasFailures ? .failure : .success
    }

    private static func checkNumbers(_ configuration: CallerIDConfiguration, _ report: inout CheckReport) async {
        do {
            let access = try await CallerIDAccess(configuration)
            let (_, body) = try await access.send(.get, "/api/stats")
            await access.close()
            let active = (try? JSONParser.parse(body[...]))?["active_caller_ids"]?.integer ?? 0
            if active == 0 {
                report.add(.warning, "Numbers", "none is in use; add some with 'callerid add'")
            } else {
                report.add(.passed, "Numbers", "\(active) in use")
            }
        } catch {
            report.add(.failed, "Numbers", "\(error)")
        }
    }

    /// Whether the port of FastAGI answers, or could be opened.
    private static func checkScripts(_ configuration: CallerIDConfiguration, _ report: inout CheckReport) async {
        guard configuration.agiPort != 0 else { return report.add(.note, "FastAGI", "off (AGI_PORT=0)") }
        let (host, port) = (configuration.agiHost, configuration.agiPort)
        let address = "\(host):\(port)"
        let answers = try? await Thread.run("check-agi") {
            (try? Socket.connect(host: host == "0.0.0.0" ? "127.0.0.1" : host, port: port, timeout: .seconds(2))) != nil
        }
        if answers == true {
            report.add(.passed, "FastAGI", "\(address) takes connections")
        } else {
            report.add(.note, "FastAGI", "nothing listens on \(address); start 'asterisk-connector callerid run'")
        }
    }
}
