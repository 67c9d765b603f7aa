/// A word that a command takes at a place of its own.
struct ArgumentDefinition: Sendable {
    let name: String
    let help: String
    var isRequired = true
}
