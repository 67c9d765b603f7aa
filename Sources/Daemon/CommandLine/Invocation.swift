/// A command with its options and arguments, all of them checked.
///
/// Reading an option that the command does not have, or as another kind, is a programming error and stops the process.
package struct Invocation: Sendable {
    package let program: ProgramDefinition
    package let command: Command
    /// The words that are not options, in order.
    package let arguments: [String]
    private let definitions: [OptionDefinition]
    private let values: [String: [String]]

    init(_ command: Command, of program: ProgramDefinition, arguments: [String], values: [String: [String]]) {
        self.program = program
        self.command = command
        self.arguments = arguments
        definitions = command.options
        self.values = values
    }

    /// The value of a text option, else its default, else `nil`.
    package func string(_ name: String) -> String? {
        guard case .text(let standard) = kind(name) else { preconditionFailure("--\(name) is not a text option") }
        return values[name]?.last ?? standard
    }

    /// The value of an integer option, within its range; else its default, else `nil`.
    package func integer(_ name: String) -> Int? {
        guard case .integer(_, let standard) = kind(name) else { preconditionFailure("--\(name) is not an integer") }
        return values[name]?.last.flatMap { Int($0) } ?? standard
    }

    /// Whether a flag is given.
    package func flag(_ name: String) -> Bool {
        precondition(kind(name) == .flag, "--\(name) is not a flag")
        return values[name] != nil
    }

    /// The values of an option that can be repeated, in their order.
    package func strings(_ name: String) -> [String] {
        precondition(kind(name) == .list, "--\(name) cannot be repeated")
        return values[name] ?? []
    }

    private func kind(_ name: String) -> OptionDefinition.Kind? { definitions.first { $0.name == name }?.kind }
}
