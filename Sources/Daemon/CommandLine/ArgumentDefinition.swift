/// A word that a command takes at a place of its own.
package struct ArgumentDefinition: Sendable {
    let name: String
    let help: String
    package let isRequired: Bool
    /// Whether more of the same can follow; the last one of a command only.
    let isRepeated: Bool

    /// How it is written: `ID`, `[FILE]`, `[ID...]`.
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
