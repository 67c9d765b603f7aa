import Basics
import Daemon
import Glibc
import HTTP
import Voicemail

/// `voicemail check`: all that a mail needs, but the sending.
enum CheckCommand {
    static func run(_ invocation: Invocation) async throws(SystemError) -> ExitCode {
        let settings = VoicemailSettings.load(envFile: invocation.string("env-file"))
        var report = CheckReport(
            hasColours: Terminal.hasColours(.output),
            redaction: Redaction(settings.secrets)
        )
        for error in settings.errors { report.add(.failed, "Settings", error) }
        // That of the key has a finding of its own.
        for warning in settings.warnings where !warning.contains("VOICEMAIL_API_KEY") {
            report.add(.warning, "Settings", warning)
        }
        let configuration = settings.configuration
        for finding in try await Thread.run("check", { CheckFindings(configuration).all }) {
            report.add(finding.mark, finding.subject, finding.text)
        }
        let (mark, text) = await endpoint(configuration)
        report.add(mark, "Endpoint", text)
        Terminal.write(report.text, to: .output)
        if !settings.errors.isEmpty { return .configuration }
        return report.hasFailures ? .failure : .success
    }

    /// Whether the endpoint answers a HEAD, whatever the status.
    private static func endpoint(_ configuration: VoicemailConfiguration) async -> (CheckReport.Mark, String) {
        var client = HTTPClient.Configuration(userAgent: Version.userAgent)
        client.proxy = configuration.connection.proxy?.revealed
        client.authorityFile = configuration.connection.authorityFile
        let request = HTTPRequest(.head, configuration.endpoint, timeout: .seconds(15))
        do throws(HTTPError) {
            let status = try await HTTPClient.send(request, client).status
            guard status < 500 else {
                return (.warning, "\(configuration.endpoint) answers with status \(status); try again later")
            }
            return (.passed, "\(configuration.endpoint) answers")
        } catch {
            return (.failed, "\(configuration.endpoint) is unreachable: \(error)")
        }
    }
}
