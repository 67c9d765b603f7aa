/// Completions for bash, without the package bash-completion.
package struct BashCompletion {
    private let program: ProgramDefinition
    private var commands: [Command] { program.commands }
    private var groups: [CommandGroup] { program.groups }

    package init(_ program: ProgramDefinition) { self.program = program }

    /// The script.
    package var text: String {
        """
        # Completions of asterisk-connector for bash; written by 'asterisk-connector completion bash'.

        _asterisk_connector() {
            local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
            local command=${COMP_WORDS[1]} words='' takes=''
            # For bash the sign in --option=value is a word.
            if [[ $current == = ]]; then
                current=
            elif [[ $previous == = ]]; then
                previous=${COMP_WORDS[COMP_CWORD - 2]}
            fi
            COMPREPLY=()
            if ((COMP_CWORD == 1)); then
                mapfile -t COMPREPLY < <(compgen -W '\(firstWords)' -- "$current")
                return
            fi
            case $command in
        \(groups.map { "    \($0.word)) words='\(members(of: $0)) --help' ;;" }.joined(separator: "\n"))
            help) words='\(topLevel)' ;;
            esac
            if [[ $words ]]; then
                if ((COMP_CWORD == 2)); then
                    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
                    return
                fi
                command+=" ${COMP_WORDS[2]}"
                words=
            fi
            case $previous in
            \(options { $0 == .files })) takes='file' ;;
            \(options { $0 == .directories })) takes='directory' ;;
            \(options { $0 == .nothing })) return ;;
            *)
                case $command in
        \(commands.map { self.case($0) }.joined(separator: "\n"))
                esac
                ;;
            esac
            if [[ $current == -* || ! $takes ]]; then
                mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
            else
                compopt -o filenames 2>/dev/null
                mapfile -t COMPREPLY < <(compgen -A "$takes" -- "$current")
            fi
        }

        complete -F _asterisk_connector asterisk-connector

        """
    }

    private var topLevel: String {
        (groups.map(\.word) + commands.map(\.words).filter { $0.count == 1 }.flatMap { $0 })
            .joined(separator: " ")
    }

    private var firstWords: String { topLevel + " help --help --version" }

    private func members(of group: CommandGroup) -> String {
        commands.map(\.words).filter { $0.count == 2 && $0[0] == group.word }.map { $0[1] }
            .joined(separator: " ")
    }

    /// The options of all commands whose values are completed in this way.
    private func options(_ isMeant: (Completion) -> Bool) -> String {
        let names = commands.flatMap(\.options).filter { $0.kind != .flag && isMeant(Completion(of: $0.placeholder)) }
            .map { "--\($0.name)" }
        return Set(names).sorted().joined(separator: " | ")
    }

    private func `case`(_ command: Command) -> String {
        let words = (command.options.map { "--\($0.name)" } + ["--help"]).joined(separator: " ")
        let takesFile = command.arguments.contains { Completion(of: $0.name) == .files }
        return "        '\(command.name)') words='\(words)'\(takesFile ? " takes='file'" : "") ;;"
    }
}
