import Basics

/// Splits the words after a command into options and arguments.
///
/// `--name value` and `--name=value` mean the same, and `--` ends the options.
struct ArgumentReader {
    private let program: ProgramDefinition
    private let command: Command
    private var words: ArraySlice<String>
    private var values: [String: [String]] = [:]
    private var arguments: [String] = []

    init(_ words: [String], command: Command, of program: ProgramDefinition) {
        self.program = program
        self.words = words[...]
        self.command = command
    }

    /// The parsed command line; `nil` asks for the help of the command.
    mutating func invocation() throws(UsageError) -> Invocation? {
        while let word = words.popFirst() {
            if word == "--" {
                arguments += words
                break
            }
            if word == "--help" || word == "-h" { return nil }
            if word.hasPrefix("-") && word != "-" { try readOption(word) } else { arguments.append(word) }
        }
        if command.arguments.last?.isRepeated != true, arguments.count > command.arguments.count {
            throw .unexpectedArgument(arguments[command.arguments.count])
        }
        for missing in command.arguments.dropFirst(arguments.count) where missing.isRequired {
            throw .missingArgument(missing.name)
        }
        return Invocation(command, of: program, arguments: arguments, values: values)
    }

    private mutating func readOption(_ word: String) throws(UsageError) {
        let (name, attached) = Self.split(word)
        guard let option = command.options.first(where: { "--\($0.name)" == name }) else {
            let names = command.options.map { "--\($0.name)" } + ["--help"]
            throw .unknownOption(name, hint: Spelling.nearest(to: name, in: names))
        }
        if option.kind != .list, values[option.name] != nil { throw .givenTwice(option: name) }
        if option.kind == .flag {
            guard attached == nil else { throw .unexpectedValue(option: name) }
            values[option.name] = []
            return
        }
        guard let value = attached ?? nextValue() else { throw .missingValue(option: name) }
        if case .integer(let range, _) = option.kind {
            guard let integer = Array(value.utf8)[...].integer, range.contains(integer) else {
                throw .notInRange(option: name, value: value, range: range)
            }
        }
        values[option.name, default: []].append(value)
    }

    /// The next word, unless it is an option itself.
    private mutating func nextValue() -> String? {
        guard let next = words.first, !next.hasPrefix("--") else { return nil }
        return words.popFirst()
    }

    /// The name of an option with its dashes, and the value after `=`, if any.
    static func split(_ word: String) -> (name: String, value: String?) {
        guard let sign = word.firstIndex(of: "=") else { return (word, nil) }
        return (String(word[..<sign]), String(word[word.index(after: sign)...]))
    }
}
