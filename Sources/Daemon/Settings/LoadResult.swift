package import Basics

/// The result of reading settings.
package struct LoadResult<Configuration: Sendable>: Sendable {
    /// `nil` if and only if there are errors.
    package let configuration: Configuration?
    /// Errors, warnings and origins.
    package let report: SettingsReport

    /// Drops the configuration when the report has errors.
    package init(_ configuration: Configuration, _ report: SettingsReport) {
        self.configuration = report.errors.isEmpty ? configuration : nil
        self.report = report
    }

    package var errors: [ConfigurationError] { report.errors }
    package var warnings: [ConfigurationWarning] { report.warnings }
    package var secrets: [Secret] { report.secrets }

    /// The errors without secrets.
    package var shownErrors: [String] { errors.map { redaction.shown($0.description) } }
    /// The warnings without secrets.
    package var shownWarnings: [String] { warnings.map { redaction.shown($0.description) } }
    /// Removes the secrets from texts.
    package var redaction: Redaction { Redaction(secrets) }
}

/// Errors, warnings and origins of settings.
package struct SettingsReport: Sendable {
    /// All errors: sources first, then values, files of secrets, missing settings, rules; each in the order of the
    /// settings.
    package let errors: [ConfigurationError]
    /// The warnings, to be logged once; there may also be errors.
    package let warnings: [ConfigurationWarning]
    /// All secrets, whichever setting has them.
    package let secrets: [Secret]
    /// The origin of each value that is not the default, by the label of its setting.
    package let origins: [String: SettingOrigin]
    /// All settings that were read and that the program uses, without secrets.
    package let settings: [RedactedSetting]

    /// Defaults to a report of no settings.
    package init(
        errors: [ConfigurationError] = [],
        warnings: [ConfigurationWarning] = [],
        secrets: [Secret] = [],
        origins: [String: SettingOrigin] = [:],
        settings: [RedactedSetting] = []
    ) {
        self.errors = errors
        self.warnings = warnings
        self.secrets = secrets
        self.origins = origins
        self.settings = settings
    }
}
