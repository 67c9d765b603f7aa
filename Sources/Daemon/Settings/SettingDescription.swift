import Basics

/// One setting as an administrator knows it: its names, what it means, what it may be.
///
/// Reading, the documentation and the examples all come from these, so that none of them can say something else.
package struct SettingDescription: Sendable {
    /// The environment variable; `nil` for what only the JSON file can say.
    package let variable: String?
    /// Where it stands in the JSON file, `section.key`; lists under several of these add up.
    package let paths: [String]
    /// What it does, in sentences for an administrator.
    package let meaning: String
    package let allowed: String
    package let unit: String?
    /// The default as it would be written in the environment, or words in brackets; empty when there is none.
    package let defaultText: String
    package var example: String
    /// A value that is refused.
    package let counterexample: String?
    package let isSecret: Bool
    package var isRequired = false
    /// Whether an empty value is a value, not the same as none.
    package var emptyMeansNone = false
    /// Whether this program does nothing with it.
    package var isUnused = false
    /// The variable whose value is the content of the file that this setting names.
    package var contentOf: String?
    /// Whether a value is allowed.
    package let accepts: @Sendable (SettingInput) -> Bool
    /// What is secret in a value beside the whole of it, such as the password in an address.
    let secrets: @Sendable (Secret) -> [Secret]

    /// What messages call it.
    package var label: String { variable ?? paths.first ?? "" }

    init<Value>(
        _ variable: String?,
        _ paths: [String],
        _ type: SettingType<Value>,
        _ defaultText: String,
        _ meaning: String
    ) {
        self.variable = variable
        self.paths = paths
        self.meaning = meaning
        self.defaultText = defaultText
        allowed = type.allowed
        unit = type.unit
        example = defaultText
        counterexample = type.counterexample
        isSecret = type.isSecret
        accepts = { type.read($0) != nil }
        secrets = type.secrets
    }
}
