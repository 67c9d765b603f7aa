/// The manual page asterisk-connector(1).
package struct ManualPage {
    private let program: ProgramDefinition
    private var commands: [Command] { program.commands }
    private var words: ManualText { program.manual }

    package init(_ program: ProgramDefinition) { self.program = program }

    /// The page in roff.
    package var text: String {
        """
        .\\" Written by 'asterisk-connector manual'.
        .TH ASTERISK\\-CONNECTOR 1 "" "asterisk\\-connector \(Version.number)" "User Commands"
        .nh
        .ad l
        .SH NAME
        asterisk\\-connector \\- \(words.summary)
        .SH SYNOPSIS
        .B asterisk\\-connector
        .I COMMAND
        .RI [ OPTIONS ]
        .SH DESCRIPTION
        \(Roff.text(words.description))
        .SH COMMANDS
        \(commands.map(section).joined(separator: "\n"))
        .SH OPTIONS
        These belong to each command that uses settings.
        \(OptionDefinition.configuration.map(item).joined(separator: "\n"))
        .SH SETTINGS
        \(Roff.text(words.aboutSettings))
        \(program.settings.map(section).joined(separator: "\n"))
        .SH FILES
        \(Self.items(words.files))
        .SH SIGNALS
        \(Self.items(words.signals))
        .SH ENVIRONMENT
        All settings are variables. Besides:
        \(Self.items(words.environment))
        .SH EXIT STATUS
        \(Self.items(ExitCode.allCases.map { ("\($0.rawValue)", "\($0.meaning).") }))
        .SH SEE ALSO
        .BR asterisk (8),
        .BR systemctl (1),
        .BR journalctl (1),
        the documents in
        .I /usr/share/doc/asterisk\\-connector

        """
    }

    private func section(_ command: Command) -> String {
        let options = command.options.isEmpty ? [] : ["[OPTIONS]"]
        let words = [command.name] + options + command.arguments.map(\.usage)
        let own = command.options.filter { option in
            !OptionDefinition.configuration.contains { $0.name == option.name }
        }
        let begin = [
            ".SS \"\(Roff.literal(words.joined(separator: " ")))\"",
            Roff.text("\(command.summary). \(command.discussion)".trimmingBlanks),
        ]
        let arguments = command.arguments.map { ".TP\n.I \($0.name)\n\(Roff.text("\($0.help)."))" }
        return (begin + arguments + own.map(item)).joined(separator: "\n")
    }

    private func item(_ option: OptionDefinition) -> String {
        let name = Roff.literal("--\(option.name)")
        let term = option.placeholder.isEmpty ? ".B \(name)" : ".BI \(name) \" \(option.placeholder)\""
        return ".TP\n\(term)\n\(Roff.text("\(option.fullHelp)."))"
    }

    private func section(_ group: SettingSection) -> String {
        let items = group.settings.filter { $0.variable != nil }.map { setting in
            let unit = setting.unit.map { " \($0)" } ?? ""
            let standard = setting.isRequired ? "required" : setting.defaultText + unit
            let shown = setting.defaultText.hasPrefix("(") ? String(standard.dropFirst().dropLast()) : standard
            let term = ".B \(setting.label)"
            guard setting.isRequired || !setting.defaultText.isEmpty else { return (term, setting) }
            return (".BR \(setting.label) \" (\(Roff.literal(shown)))\"", setting)
        }
        .map { ".TP\n\($0)\n\(Roff.text(Self.firstSentence($1.meaning)))" }
        return ([".SS \(group.title)"] + items).joined(separator: "\n")
    }

    private static func items(_ items: [(term: String, text: String)]) -> String {
        items.map { ".TP\n.B \(Roff.literal($0.term))\n\(Roff.text($0.text))" }.joined(separator: "\n")
    }

    private static func firstSentence(_ text: String) -> String {
        guard let end = text.firstRange(of: ". ") else { return text }
        return "\(text[..<end.lowerBound])."
    }
}
