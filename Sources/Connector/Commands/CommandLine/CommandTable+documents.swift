/// The commands that write what a package installs beside the program.
extension CommandTable {
    static let forPackages = [
        CommandDefinition(
            command: .completionBash,
            summary: "Write completions for bash",
            discussion: "To try them: source <(asterisk-connector completion bash)"
        ),
        CommandDefinition(
            command: .completionZsh,
            summary: "Write completions for zsh",
            discussion: "To try them: source <(asterisk-connector completion zsh), behind compinit."
        ),
        CommandDefinition(
            command: .completionFish,
            summary: "Write completions for fish",
            discussion: "To try them: asterisk-connector completion fish | source"
        ),
        CommandDefinition(
            command: .manual,
            summary: "Write the manual page",
            discussion: "To read it: asterisk-connector manual | man -l -"
        ),
        CommandDefinition(command: .version, summary: "Show the version"),
    ]
}
