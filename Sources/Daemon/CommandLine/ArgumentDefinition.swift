/// A positional argument of a command.
package struct ArgumentDefinition: Sendable {
    let name: String
    let help: String
    /// Whether the command fails without the argument.
    package let isRequired: Bool
    /// Whether the argument can be repeated; only for the last one of a command.
    let isRepeated: Bool

    /// The argument in a usage line: `ID`, `[FILE]`, `[ID...]`.
    var usage: String {
        let name = isRepeated ? "\(name)..." : name
        return isRequired ? name : "[\(name)]"
    }

    package init(name: String, help: String, isRequired: Bool = true, isRepeated: Bool = false) {
        self.name = name
        self.help = help
        self.isRequired = isRequired
        self.isRepeated = isRepeated
    }
}
