/// Commands with the same first word.
package struct CommandGroup: Sendable {
    /// The first word.
    package let word: String
    let summary: String

    package init(word: String, summary: String) {
        self.word = word
        self.summary = summary
    }
}
