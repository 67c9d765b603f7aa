/// The text of the manual page besides the tables of commands and settings.
package struct ManualText: Sendable {
    /// The text after the name of the program, as lists of pages show it.
    package let summary: String
    package let description: String
    /// The text before the tables of settings.
    package let aboutSettings: String
    package let files: [(term: String, text: String)]
    package let signals: [(term: String, text: String)]
    package let environment: [(term: String, text: String)]

    package init(
        summary: String = "",
        description: String = "",
        aboutSettings: String = "",
        files: [(term: String, text: String)] = [],
        signals: [(term: String, text: String)] = [],
        environment: [(term: String, text: String)] = []
    ) {
        self.summary = summary
        self.description = description
        self.aboutSettings = aboutSettings
        self.files = files
        self.signals = signals
        self.environment = environment
    }
}
