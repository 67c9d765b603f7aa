/// What the manual page says beside the tables of commands and settings; of items, the term and what it means.
package struct ManualText: Sendable {
    /// Behind the name of the program, as lists of pages show it.
    package let summary: String
    package let description: String
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
