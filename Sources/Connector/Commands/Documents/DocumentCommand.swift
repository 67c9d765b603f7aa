/// `manual` and `completion`: what a package installs beside the program, made from its tables.
enum DocumentCommand {
    static let bash = completion("bash", "source <(asterisk-connector completion bash)") {
        BashCompletion(commands: $0, groups: CommandTable.groups).text
    }

    static let zsh = completion("zsh", "source <(asterisk-connector completion zsh), behind compinit.") {
        ZshCompletion(commands: $0, groups: CommandTable.groups).text
    }

    static let fish = completion("fish", "asterisk-connector completion fish | source") {
        FishCompletion(commands: $0, groups: CommandTable.groups).text
    }

    static let manual = document(
        "manual",
        "Write the manual page",
        "To read it: asterisk-connector manual | man -l -"
    ) {
        ManualPage(commands: $0, settings: SettingTable.groups).text
    }

    private static func completion(
        _ shell: String,
        _ trial: String,
        _ text: @escaping @Sendable ([Command]) -> String
    ) -> Command {
        document("completion \(shell)", "Write completions for \(shell)", "To try them: \(trial)", text)
    }

    /// - Parameter text: made of all commands.
    private static func document(
        _ name: String,
        _ summary: String,
        _ discussion: String,
        _ text: @escaping @Sendable ([Command]) -> String
    ) -> Command {
        Command(name, summary: summary, discussion: discussion) { _ in
            Terminal.write(text(CommandTable.commands), to: .output)
            return .success
        }
    }
}
