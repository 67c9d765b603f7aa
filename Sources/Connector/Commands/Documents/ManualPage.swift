/// asterisk-connector(1).
struct ManualPage {
    let commands: [Command]
    let settings: [SettingGroup]

    var text: String {
        """
        .\\" Written by 'asterisk-connector manual'.
        .TH ASTERISK\\-CONNECTOR 1 "" "asterisk\\-connector \(Version.number)" "User Commands"
        .nh
        .ad l
        .SH NAME
        asterisk\\-connector \\- send the call records of an Asterisk PBX to an API
        .SH SYNOPSIS
        .B asterisk\\-connector
        .I COMMAND
        .RI [ OPTIONS ]
        .SH DESCRIPTION
        \(Self.description)
        .SH COMMANDS
        \(commands.map(section).joined(separator: "\n"))
        .SH OPTIONS
        These belong to each command that uses settings.
        \(OptionDefinition.configuration.map(item).joined(separator: "\n"))
        .SH SETTINGS
        \(Self.aboutSettings)
        \(settings.map(section).joined(separator: "\n"))
        .SH FILES
        \(Self.items(Self.files))
        .SH SIGNALS
        \(Self.items(Self.signals))
        .SH ENVIRONMENT
        All settings are variables. Besides:
        \(Self.items(Self.environment))
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

    private static let description = Roff.text(
        "Logs in to the manager interface (AMI) of an Asterisk PBX, makes a record of each CDR and CEL event, stores it "
            + "on the disk, and sends it to an HTTPS API. A record leaves the disk only after the API has taken it. "
            + "Nothing is changed in Asterisk."
    )

    private static let aboutSettings = Roff.text(
        "A later source beats an earlier one: the default, the JSON file, the env-file, the environment. In parentheses "
            + "stands the default."
    )

    private static let files = [
        ("/etc/asterisk-connector/env", "The settings of the service."),
        ("/etc/asterisk-connector/api_key", "The key of the API; for root only, systemd hands it to the service."),
        ("/etc/asterisk-connector/ami_password", "The secret of the AMI user; the same."),
        ("/var/lib/asterisk-connector", "The spool: records that wait for the API."),
        ("/var/lib/asterisk-connector/control.sock", "Where commands find the process that runs."),
    ]

    private static let signals = [
        ("SIGTERM, SIGINT", "Stop in order, within 5 s; a second one ends at once."),
        ("SIGHUP", "Read the log level, the contexts and the filters again."),
    ]

    private static let environment = [
        ("NOTIFY_SOCKET", "Set by systemd: where `run` tells that it is ready, stops, or reloads, and how it is."),
        ("WATCHDOG_USEC", "Set by systemd: `run` tells more often than this that all its parts work."),
    ]

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

    private func section(_ group: SettingGroup) -> String {
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
