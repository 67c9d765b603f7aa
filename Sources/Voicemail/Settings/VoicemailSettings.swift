package import Basics
import Daemon

/// Reads the settings of the commands `voicemail`.
package enum VoicemailSettings {
    /// The file with settings that counts without `--env-file`, when it is readable.
    package static let usualFile = "/etc/asterisk-connector/voicemail.env"

    private static let sections = [VoicemailConfiguration.settings.section, VoicemailConfiguration.shared.section]

    /// Settings that are always usable, and what was wrong with them.
    package struct Outcome: Sendable {
        /// Each wrong value is replaced by the default.
        package var configuration = VoicemailConfiguration()
        /// Sentences without secrets.
        package var errors: [String] = []
        package var warnings: [String] = []
        /// All secrets, to remove them from texts of others.
        package var secrets: [Secret] = []
    }

    /// Reads the environment of the process and a file; blocks.
    ///
    /// - Parameter envFile: the file that the command line names; `nil` reads `usualFile`, if that is readable.
    package static func load(envFile: String?) -> Outcome {
        load(envFile: envFile, environment: (try? ProcessEnvironment.read()) ?? [:])
    }

    /// The same for another environment.
    static func load(envFile: String?, environment: [String: String], usualFile: String = usualFile) -> Outcome {
        // A pipe could keep a mail waiting, so that only regular files count.
        let read: SettingRules.ReadFile = { (path, _) throws(SystemError) in try SettingSources.content(of: path, .file)
        }
        let usual = (try? read(usualFile, .file)) == nil ? nil : usualFile
        let sources = SettingSources(envFile: envFile ?? usual, environment: environment, readFile: read)
        var loader = SettingsLoader(sources, known: sections)
        var outcome = Outcome()
        outcome.configuration = loader.load([VoicemailConfiguration.settings])
        outcome.configuration.connection = loader.load([VoicemailConfiguration.shared])
        let report = loader.finish()
        let redaction = Redaction(report.secrets)
        outcome.errors = report.errors.map { redaction.shown($0.description) }
        outcome.warnings = report.warnings.map { redaction.shown($0.description) }
        outcome.secrets = report.secrets
        outcome.addAdvice()
        return outcome
    }
}

extension VoicemailSettings.Outcome {
    fileprivate mutating func addAdvice() {
        if configuration.key == nil {
            warnings.append("there is no key for transcriptions; set VOICEMAIL_API_KEY")
        }
        if let address = WebAddress(configuration.endpoint), address.scheme == "http", !address.isLoopback {
            warnings.append(
                "messages and the key go to \(address.host) without encryption; use https:// in VOICEMAIL_API_ENDPOINT"
            )
        }
    }
}
