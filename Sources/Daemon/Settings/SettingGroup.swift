/// Settings that belong together: of one configuration, read and checked together.
package struct SettingGroup<Configuration: Configurable>: Sendable {
    package let title: String
    /// What an administrator should know before the settings.
    package let introduction: String
    /// Environment variables that begin so are taken for settings, perhaps misspelt ones.
    package let prefixes: [String]
    package let settings: [Setting<Configuration>]
    /// Checks what depends on more than one setting, and completes it.
    let rules: @Sendable (inout Configuration, inout SettingRules) -> Void

    package init(
        title: String,
        introduction: String,
        prefixes: [String] = [],
        settings: [Setting<Configuration>],
        rules: @escaping @Sendable (inout Configuration, inout SettingRules) -> Void = { _, _ in }
    ) {
        self.title = title
        self.introduction = introduction
        self.prefixes = prefixes
        self.settings = settings
        self.rules = rules
    }

    /// The group as the documents show it.
    package var section: SettingSection {
        SettingSection(
            title: title,
            introduction: introduction,
            prefixes: prefixes,
            settings: settings.map(\.description)
        )
    }

    /// The same group with only some of its settings, by their variables.
    package func only(_ variables: String...) -> Self {
        let chosen = settings.filter { setting in setting.description.variable.map(variables.contains) ?? false }
        return Self(title: title, introduction: introduction, prefixes: prefixes, settings: chosen, rules: rules)
    }
}

/// A group of settings as the documents show it, whatever configuration they belong to.
package struct SettingSection: Sendable {
    package let title: String
    package let introduction: String
    package let prefixes: [String]
    package let settings: [SettingDescription]
}
