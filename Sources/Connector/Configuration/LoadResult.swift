/// What reading a configuration gave.
package struct LoadResult: Sendable {
    /// `nil` exactly when there are errors.
    package let configuration: Configuration?
    /// All that is wrong, in the order of the table of settings.
    package let errors: [ConfigurationError]
    /// What the log should say once; there can be some beside errors.
    package let warnings: [ConfigurationWarning]
}
