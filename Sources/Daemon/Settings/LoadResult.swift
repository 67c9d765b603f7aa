package import Basics

/// What reading settings gave.
package struct LoadResult<Configuration: Sendable>: Sendable {
    /// `nil` exactly when there are errors.
    package let configuration: Configuration?
    package let report: SettingsReport

    /// Takes the configuration only when nothing is wrong.
    package init(_ configuration: Configuration, _ report: SettingsReport) {
        self.configuration = report.errors.isEmpty ? configuration : nil
        self.report = report
    }

    package var errors: [ConfigurationError] { report.errors }
    package var warnings: [ConfigurationWarning] { report.warnings }
    package var secrets: [Secret] { report.secrets }

    /// The errors as anybody may see them.
    package var shownErrors: [String] { errors.map { redaction.shown($0.description) } }
    /// The warnings as anybody may see them.
    package var shownWarnings: [String] { warnings.map { redaction.shown($0.description) } }
    package var redaction: Redaction { Redaction(secrets) }
}

/// What is said of settings beside their values.
package struct SettingsReport: Sendable {
    /// All that is wrong: sources first, then values, files of secrets, what is missing, rules; each in the order of the
    /// settings.
    package let errors: [ConfigurationError]
    /// What the log should say once; there can be some beside errors.
    package let warnings: [ConfigurationWarning]
    /// All that must not be shown, whatever setting has it.
    package let secrets: [Secret]
    /// Where each value that is not the default came from, by the label of its setting.
    package let origins: [String: SettingOrigin]
    /// All settings that were read and that the program uses, as anybody may see them.
    package let settings: [RedactedSetting]
}
