import Basics

/// One setting as an administrator sees it: its names, its meaning, its allowed values.
///
/// The loader, the documentation and the examples are all made from these, so that they agree.
package struct SettingDescription: Sendable {
    /// The environment variable; `nil` when only the JSON file can set it.
    package let variable: String?
    /// The paths in the JSON file, `section.key`; lists under several paths are joined.
    package let paths: [String]
    /// The effect of the setting, in sentences for an administrator.
    package let meaning: String
    /// The allowed values; completes the sentence "set it to …".
    package let allowed: String
    /// The unit of a number, in plural; `nil` without one.
    package let unit: String?
    /// The default as it is written in the environment, or words in brackets; empty when there is none.
    package let defaultText: String
    /// A value for the examples in the documents.
    package var example: String
    /// A value that is refused.
    package let counterexample: String?
    package let isSecret: Bool
    /// Whether loading fails without a value.
    package var isRequired = false
    /// Whether an empty value is a value of its own; else it counts as not set.
    package var emptyMeansNone = false
    /// Whether this program ignores the value.
    package var isUnused = false
    /// The variable whose value is the content of the file that this setting names.
    package var contentOf: String?
    /// Whether a value is allowed.
    package let accepts: @Sendable (SettingInput) -> Bool
    /// Finds further secrets within a value, such as the password in an address.
    let secrets: @Sendable (Secret) -> [Secret]

    /// The name of the setting in messages.
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
