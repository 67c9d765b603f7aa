/// A configuration that starts with the defaults.
package protocol Configurable: Sendable {
    init()
}

/// A setting and its place in the configuration that it belongs to.
package struct Setting<Configuration: Configurable>: Sendable {
    package let description: SettingDescription
    /// Stores a value in a configuration; returns `false` when the value is not allowed.
    let store: @Sendable (SettingInput, inout Configuration) -> Bool
    /// Shows the value in a configuration, as asterisks for a secret.
    let show: @Sendable (Configuration) -> String

    init(
        description: SettingDescription,
        store: @escaping @Sendable (SettingInput, inout Configuration) -> Bool,
        show: @escaping @Sendable (Configuration) -> String
    ) {
        self.description = description
        self.store = store
        self.show = show
    }

    /// A setting with a key path into the configuration.
    package init<Value>(
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
        var description = SettingDescription(variable, paths, type, defaultText ?? initial, meaning)
        description.example = example ?? initial
        description.isRequired = isRequired
        description.emptyMeansNone = emptyMeansNone
        description.contentOf = contentOf
        self.description = description
        store = { input, configuration in
            guard let value = type.read(input) else { return false }
            configuration[keyPath: place] = value
            return true
        }
        show = { configuration in type.show(configuration[keyPath: place]) }
    }

    /// A setting that is known and checked, but not used by this program.
    package init<Value>(
        unused variable: String,
        _ paths: String...,
        as type: SettingType<Value>,
        default defaultText: String,
        _ meaning: String
    ) {
        var description = SettingDescription(variable, paths, type, defaultText, meaning)
        description.isUnused = true
        self.description = description
        store = { input, _ in type.read(input) != nil }
        show = { _ in "" }
    }
}
