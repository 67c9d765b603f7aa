/// A word that a command takes at a place of its own.
struct ArgumentDefinition: Sendable {
    let name: String
    let help: String
    var isRequired = true
    /// Whether more of the same can follow; the last one of a command only.
    var isRepeated = false

    /// How it is written: `ID`, `[FILE]`, `[ID...]`.
    var usage: String {
        let name = isRepeated ? "\(name)..." : name
        return isRequired ? name : "[\(name)]"
    }
}
