package import Basics

/// What reading a configuration gave.
package struct LoadResult: Sendable {
    /// `nil` exactly when there are errors.
    package let configuration: Configuration?
    /// All that is wrong, in the order of the table of settings.
    package let errors: [ConfigurationError]
    /// What the log should say once; there can be some beside errors.
    package let warnings: [ConfigurationWarning]
    /// All that must not be shown.
    let secrets: [Secret]

    /// The errors as anybody may see them.
    package var shownErrors: [String] { errors.map { redaction.shown($0.description) } }
    /// The warnings as anybody may see them.
    package var shownWarnings: [String] { warnings.map { redaction.shown($0.description) } }
    package var redaction: Redaction { Redaction(secrets) }
}
