/// Settings of one configuration that are read, checked and documented together.
package struct SettingGroup<Configuration: Configurable>: Sendable {
    package let title: String
    /// The introduction in the documents.
    package let introduction: String
    /// Prefixes of environment variables: an unknown variable with one of them gets a warning.
    package let prefixes: [String]
    package let settings: [Setting<Configuration>]
    /// Checks rules that involve more than one setting, and completes the configuration.
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

    /// The same group reduced to some settings, by their variables.
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
