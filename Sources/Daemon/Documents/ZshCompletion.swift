/// Completions for zsh, for a file in `fpath` or for sourcing.
package struct ZshCompletion {
    private let program: ProgramDefinition
    private var commands: [Command] { program.commands }
    private var groups: [CommandGroup] { program.groups }

    package init(_ program: ProgramDefinition) { self.program = program }

    /// The script.
    package var text: String {
        """
        #compdef asterisk-connector
        # Completions of asterisk-connector for zsh; written by 'asterisk-connector completion zsh'.

        _asterisk_connector() {
            local command=$words[2]
            local -a offers
            integer skip=1
            if (( CURRENT == 2 )); then
                offers=(
        \(Self.offers(topLevel))
                )
                _describe command offers
                return
            fi
            case $command in
        \(groups.map(members).joined(separator: "\n"))
            esac
            if (( $#offers )); then
                if (( CURRENT == 3 )); then
                    _describe command offers
                    return
                fi
                command+=" $words[3]"
                skip=2
            fi
            shift $skip words
            (( CURRENT -= skip ))
            case $command in
        \(commands.map { self.case($0) }.joined(separator: "\n"))
            esac
        }

        if [[ $funcstack[1] == _asterisk-connector ]]; then
            _asterisk_connector "$@"
        else
            compdef _asterisk_connector asterisk-connector
        fi

        """
    }

    private var topLevel: [(word: String, help: String)] {
        groups.map { ($0.word, $0.summary) }
            + commands.filter { $0.words.count == 1 }.map { ($0.name, $0.summary) }
            + [("help", "Show the help of a command")]
    }

    private static func offers(_ offers: [(word: String, help: String)]) -> String {
        offers.map { "            \(quoted("\($0.word):\($0.help)"))" }.joined(separator: "\n")
    }

    private func members(of group: CommandGroup) -> String {
        let members = commands.filter { $0.words.count == 2 && $0.words[0] == group.word }
        return """
                (\(group.word))
                    offers=(
            \(Self.offers(members.map { ($0.words[1], $0.summary) }))
                    )
                    ;;
            """
    }

    private func `case`(_ command: Command) -> String {
        let options = command.options.map { option in
            let help = Self.escaped(option.fullHelp)
            let isRepeated = option.kind == .list ? "*" : ""
            guard option.kind != .flag else { return "--\(option.name)[\(help)]" }
            return "\(isRepeated)--\(option.name)=[\(help)]:\(option.placeholder):\(Self.action(option.placeholder))"
        }
        let arguments = command.arguments.map { argument in
            let number = argument.isRepeated ? "*" : ""
            return "\(number):\(argument.name):\(Self.action(argument.name))"
        }
        let specifications = options + ["--help[Show the help]"] + arguments
        let lines = specifications.map { "            \(Self.quoted($0))" }.joined(separator: " \\\n")
        return "    ('\(command.name)')\n        _arguments \\\n\(lines)\n        ;;"
    }

    private static func action(_ placeholder: String) -> String {
        switch Completion(of: placeholder) {
        case .nothing: " "
        case .files: "_files"
        case .directories: "_files -/"
        }
    }

    /// Escapes text for the brackets of `_arguments`.
    private static func escaped(_ text: String) -> String {
        text.map { "[]:\\".contains($0) ? "\\\($0)" : "\($0)" }.joined()
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.map { $0 == "'" ? #"'\''"# : "\($0)" }.joined() + "'"
    }
}
