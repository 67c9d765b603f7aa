/// Completions for fish.
package struct FishCompletion {
    private let program: ProgramDefinition
    private var commands: [Command] { program.commands }
    private var groups: [CommandGroup] { program.groups }

    package init(_ program: ProgramDefinition) { self.program = program }

    /// The script.
    package var text: String {
        let begin = [
            "# Completions of asterisk-connector for fish; written by 'asterisk-connector completion fish'.",
            "", Self.line("-f"),
        ]
        return (begin + topLevel + groups.flatMap(members) + commands.flatMap(options)).joined(separator: "\n") + "\n"
    }

    private var topLevel: [String] {
        let offers =
            groups.map { ($0.word, $0.summary) }
            + commands.filter { $0.words.count == 1 }.map { ($0.name, $0.summary) }
            + [("help", "Show the help of a command")]
        return offers.map { Self.line("-n __fish_use_subcommand -a \($0) -d \(Self.quoted($1))") }
            + [Self.line("-n __fish_use_subcommand -l version -d 'Show the version'")]
    }

    private func members(of group: CommandGroup) -> [String] {
        let members = commands.filter { $0.words.count == 2 && $0.words[0] == group.word }
        let words = members.map { $0.words[1] }.joined(separator: " ")
        let condition = "__fish_seen_subcommand_from \(group.word); and not __fish_seen_subcommand_from \(words)"
        return members.map { "-n '\(condition)' -a \($0.words[1]) -d \(Self.quoted($0.summary))" }
            .map(Self.line)
    }

    private func options(of command: Command) -> [String] {
        let condition = command.words.map { "__fish_seen_subcommand_from \($0)" }.joined(separator: "; and ")
        let options = command.options.map { option in
            "-n '\(condition)' -l \(option.name)\(Self.value(option)) -d \(Self.quoted(option.fullHelp))"
        }
        let takesFile = command.arguments.contains { Completion(of: $0.name) == .files }
        return
            (options + ["-n '\(condition)' -l help -d 'Show the help'"] + (takesFile ? ["-n '\(condition)' -F"] : []))
            .map(Self.line)
    }

    private static func value(_ option: OptionDefinition) -> String {
        guard option.kind != .flag else { return "" }
        return switch Completion(of: option.placeholder) {
        case .nothing: " -x"
        case .files: " -r -F"
        case .directories: " -x -a '(__fish_complete_directories)'"
        }
    }

    private static func line(_ rest: String) -> String { "complete -c \(ProgramDefinition.name) \(rest)" }

    private static func quoted(_ text: String) -> String {
        "'" + text.map { "'\\".contains($0) ? "\\\($0)" : "\($0)" }.joined() + "'"
    }
}
