/// Commands whose first word is the same.
package struct CommandGroup: Sendable {
    package let word: String
    let summary: String

    package init(word: String, summary: String) {
        self.word = word
        self.summary = summary
    }
}
