/// The help of the program, of a group of commands and of a command, for terminals of 80 columns.
package struct HelpText {
    private static let programName = ProgramDefinition.name
    private static let width = 80

    private let definition: ProgramDefinition
    private var commands: [Command] { definition.commands }

    init(_ definition: ProgramDefinition) { self.definition = definition }

    var program: String {
        """
        \(definition.about)

        Usage: \(Self.programName) COMMAND [OPTIONS]

        Commands:
        \(Self.table(commands.map { ($0.name, $0.summary) }))

        '\(Self.programName) COMMAND --help' shows the options of a command.
        Settings come from environment variables and files: docs/configuration.md.

        Exit status:
        \(Self.table(ExitCode.allCases.map { ("\($0.rawValue)", $0.meaning) }))

        """
    }

    func text(of group: CommandGroup) -> String {
        let members = commands.filter { $0.words.first == group.word }
        return """
            \(group.summary).

            Usage: \(Self.programName) \(group.word) COMMAND [OPTIONS]

            Commands:
            \(Self.table(members.map { ($0.name, $0.summary) }))

            '\(Self.programName) \(group.word) COMMAND --help' shows the options of a command.

            """
    }

    func text(of command: Command) -> String {
        let arguments = command.arguments.map(\.usage)
        let words = [Self.programName, command.name, "[OPTIONS]"] + arguments
        var text = "\(command.summary).\n\nUsage: \(words.joined(separator: " "))\n"
        if !command.discussion.isEmpty {
            text += "\n" + Self.wrapped(command.discussion, to: Self.width).joined(separator: "\n") + "\n"
        }
        if !command.arguments.isEmpty {
            text += "\nArguments:\n" + Self.table(command.arguments.map { ($0.name, $0.help) }) + "\n"
        }
        let options = command.options.map { ($0.usage, $0.fullHelp) } + [("--help", "Show this help")]
        return text + "\nOptions:\n" + Self.table(options) + "\n"
    }

    /// A table of two columns; the second one is wrapped.
    private static func table(_ rows: [(left: String, right: String)]) -> String {
        let column = (rows.map(\.left.count).max() ?? 0) + 4
        return rows.flatMap { row in
            wrapped(row.right, to: width - column).enumerated().map { index, line in
                let left = "  " + (index == 0 ? row.left : "")
                return left + String(repeating: " ", count: column - left.count) + line
            }
        }
        .joined(separator: "\n")
    }

    /// Wraps text at blanks to lines of at most `width` characters; longer words stay whole.
    package static func wrapped(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
