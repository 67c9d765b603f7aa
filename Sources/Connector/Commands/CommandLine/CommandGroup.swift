/// Commands whose first word is the same.
struct CommandGroup: Sendable {
    let word: String
    let summary: String
}
