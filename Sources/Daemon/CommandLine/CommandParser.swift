/// Parses the command line of the program; runs nothing.
package struct CommandParser {
    /// The result of parsing.
    package enum Outcome: Sendable {
        /// Run a command.
        case run(Invocation)
        /// Show a text (on standard error when the code is not `success`) and exit.
        case show(String, ExitCode)
    }

    private let program: ProgramDefinition
    private let help: HelpText
    private var commands: [Command] { program.commands }
    private var groups: [CommandGroup] { program.groups }

    package init(_ program: ProgramDefinition) {
        self.program = program
        help = HelpText(program)
    }

    /// Parses the arguments of the process, without its name.
    package func parse(_ arguments: [String]) -> Outcome {
        guard let first = arguments.first else { return .show(help.program, .usage) }
        switch first {
        case "--help", "-h": return .show(help.program, .success)
        case "help": return helpOn(Array(arguments.dropFirst()))
        case "--version":
            if let version = command(for: ["version"]) {
                return .run(Invocation(version, of: program, arguments: [], values: [:]))
            }
        default: break
        }
        return findCommand(arguments)
    }

    private func findCommand(_ arguments: [String]) -> Outcome {
        if let command = command(for: arguments) {
            return read(Array(arguments.dropFirst(command.words.count)), for: command)
        }
        let first = arguments[0]
        if first.hasPrefix("-") { return failure(.unknownOption(Self.name(of: first), hint: nearestTopLevel(first))) }
        guard let group = groups.first(where: { $0.word == first }) else {
            return failure(.unknownCommand(first, hint: Spelling.nearest(to: first, in: topLevelWords)))
        }
        guard arguments.count > 1 else { return .show(help.text(of: group), .usage) }
        if ["--help", "-h"].contains(arguments[1]) { return .show(help.text(of: group), .success) }
        let words = "\(first) \(arguments[1])"
        let hint = Spelling.nearest(to: words, in: commands.map(\.name))
        return failure(.unknownCommand(words, hint: hint), helpFor: first)
    }

    private func helpOn(_ words: [String]) -> Outcome {
        guard let first = words.first, !first.hasPrefix("-") else { return .show(help.program, .success) }
        if let command = command(for: words) { return .show(help.text(of: command), .success) }
        if words.count == 1, let group = groups.first(where: { $0.word == first }) {
            return .show(help.text(of: group), .success)
        }
        let name = words.joined(separator: " ")
        let hint = Spelling.nearest(to: name, in: topLevelWords + commands.map(\.name))
        return failure(.unknownCommand(name, hint: hint))
    }

    private func read(_ arguments: [String], for command: Command) -> Outcome {
        var reader = ArgumentReader(arguments, command: command, of: program)
        do throws(UsageError) {
            guard let invocation = try reader.invocation() else { return .show(help.text(of: command), .success) }
            return .run(invocation)
        } catch {
            return failure(error, helpFor: command.name)
        }
    }

    private func failure(_ error: UsageError, helpFor words: String? = nil) -> Outcome {
        let command = ([ProgramDefinition.name] + (words.map { [$0] } ?? [])).joined(separator: " ")
        return .show("\(ProgramDefinition.name): \(error)\nSee '\(command) --help'.\n", .usage)
    }

    private func command(for words: [String]) -> Command? {
        commands.first { words.starts(with: $0.words) }
    }

    private var topLevelWords: [String] {
        groups.map(\.word) + commands.map(\.words).filter { $0.count == 1 }.flatMap { $0 } + ["help"]
    }

    private func nearestTopLevel(_ option: String) -> String? {
        Spelling.nearest(to: Self.name(of: option), in: ["--help", "--version"])
    }

    private static func name(of option: String) -> String { ArgumentReader.split(option).name }
}
