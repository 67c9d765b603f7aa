package import Daemon

extension OptionDefinition {
    /// The source of settings for the commands `voicemail`.
    package static let voicemailSettings = OptionDefinition.text(
        "env-file",
        "FILE",
        "A .env file in place of /etc/asterisk-connector/voicemail.env"
    )
}

extension VoicemailSettings.Outcome {
    /// Shows errors and warnings on standard error; whether there are no errors.
    package func isFine() -> Bool {
        for warning in warnings { Terminal.complain("warning: \(warning)") }
        for error in errors { Terminal.complain(error) }
        return errors.isEmpty
    }
}
