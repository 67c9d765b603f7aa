/// One setting: its names, what it means, what it may be and where its value goes.
///
/// Reading, the documentation and the examples all come from these, so that none of them can say something else.
struct Setting: Sendable {
    /// The environment variable; `nil` for what only the JSON file can say.
    let variable: String?
    /// Where it stands in the JSON file, `section.key`; lists under several of these add up.
    let paths: [String]
    /// What it does, in sentences for an administrator.
    let meaning: String
    let allowed: String
    let unit: String?
    /// The default as it would be written in the environment, or words in brackets; empty when there is none.
    let defaultText: String
    let example: String
    /// A value that is refused.
    let counterexample: String?
    let isSecret: Bool
    let isRequired: Bool
    /// Whether an empty value is a value, not the same as none.
    let emptyMeansNone: Bool
    /// Whether this program does nothing with it.
    let isUnused: Bool
    /// The variable whose value is the content of the file that this setting names.
    let contentOf: String?
    /// Puts a value into a configuration; `false` when the value is not allowed.
    let store: @Sendable (SettingInput, inout Configuration) -> Bool
    /// The value in a configuration, asterisks for a secret.
    let show: @Sendable (Configuration) -> String

    /// What messages call it.
    var label: String { variable ?? paths.first ?? "" }

    /// A setting that has a place in the configuration.
    init<Value>(
        _ variable: String?,
        _ paths: String...,
        at place: any WritableKeyPath<Configuration, Value> & Sendable,
        _ type: SettingType<Value>,
        _ meaning: String,
        default defaultText: String? = nil,
        example: String? = nil,
        isRequired: Bool = false,
        emptyMeansNone: Bool = false,
        contentOf: String? = nil
    ) {
        let initial = type.show(Configuration()[keyPath: place])
        self.variable = variable
        self.paths = paths
        self.meaning = meaning
        allowed = type.allowed
        unit = type.unit
        self.defaultText = defaultText ?? initial
        self.example = example ?? initial
        counterexample = type.counterexample
        isSecret = type.isSecret
        self.isRequired = isRequired
        self.emptyMeansNone = emptyMeansNone
        isUnused = false
        self.contentOf = contentOf
        store = { input, configuration in
            guard let value = type.read(input) else { return false }
            configuration[keyPath: place] = value
            return true
        }
        show = { configuration in type.show(configuration[keyPath: place]) }
    }

    /// A setting that is known and checked, but which this program does nothing with.
    init<Value>(
        unused variable: String,
        _ paths: String...,
        as type: SettingType<Value>,
        default defaultText: String,
        _ meaning: String
    ) {
        self.variable = variable
        self.paths = paths
        self.meaning = meaning
        allowed = type.allowed
        unit = type.unit
        self.defaultText = defaultText
        example = defaultText
        counterexample = type.counterexample
        isSecret = type.isSecret
        isRequired = false
        emptyMeansNone = false
        isUnused = true
        contentOf = nil
        store = { input, _ in type.read(input) != nil }
        show = { _ in "" }
    }
}
