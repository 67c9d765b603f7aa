/// What a command is for and what it takes.
struct CommandDefinition: Sendable {
    let command: Command
    /// One line without a full stop, for lists of commands.
    let summary: String
    /// A paragraph for its own help.
    var discussion = ""
    var arguments: [ArgumentDefinition] = []
    var options: [OptionDefinition] = []
}
