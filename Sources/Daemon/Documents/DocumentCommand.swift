/// `manual` and `completion`: the files that a package installs beside the program.
package enum DocumentCommand {
    /// `completion bash`.
    package static let bash = completion("bash", "source <(asterisk-connector completion bash)") {
        BashCompletion($0).text
    }

    /// `completion zsh`.
    package static let zsh = completion("zsh", "source <(asterisk-connector completion zsh), behind compinit.") {
        ZshCompletion($0).text
    }

    /// `completion fish`.
    package static let fish = completion("fish", "asterisk-connector completion fish | source") {
        FishCompletion($0).text
    }

    /// `manual`.
    package static let manual = document(
        "manual",
        "Write the manual page",
        "To read it: asterisk-connector manual | man -l -"
    ) {
        ManualPage($0).text
    }

    private static func completion(
        _ shell: String,
        _ trial: String,
        _ text: @escaping @Sendable (ProgramDefinition) -> String
    ) -> Command {
        document("completion \(shell)", "Write completions for \(shell)", "To try them: \(trial)", text)
    }

    private static func document(
        _ name: String,
        _ summary: String,
        _ discussion: String,
        _ text: @escaping @Sendable (ProgramDefinition) -> String
    ) -> Command {
        Command(name, summary: summary, discussion: discussion) { invocation in
            Terminal.write(text(invocation.program), to: .output)
            return .success
        }
    }
}
