/// `manual` and `completion`: what a package installs beside the program, made from its tables.
enum DocumentCommand {
    static let bash: Command = Command(
        "completion bash",
        summary: "Write completions for bash",
        discussion: "To try them: source <(asterisk-connector completion bash)"
    ) { _ in
        write(BashCompletion(commands: CommandTable.commands, groups: CommandTable.groups).text)
    }

    static let zsh: Command = Command(
        "completion zsh",
        summary: "Write completions for zsh",
        discussion: "To try them: source <(asterisk-connector completion zsh), behind compinit."
    ) { _ in
        write(ZshCompletion(commands: CommandTable.commands, groups: CommandTable.groups).text)
    }

    static let fish: Command = Command(
        "completion fish",
        summary: "Write completions for fish",
        discussion: "To try them: asterisk-connector completion fish | source"
    ) { _ in
        write(FishCompletion(commands: CommandTable.commands, groups: CommandTable.groups).text)
    }

    static let manual: Command = Command(
        "manual",
        summary: "Write the manual page",
        discussion: "To read it: asterisk-connector manual | man -l -"
    ) { _ in
        write(ManualPage(commands: CommandTable.commands, settings: SettingTable.groups).text)
    }

    private static func write(_ text: String) -> ExitCode {
        Terminal.write(text, to: .output)
        return .success
    }
}
