package import Basics
package import HTTP

/// A part of the program that does one job for its users, such as recordings: a folder, a module, a document.
///
/// The frame knows a feature by this and nothing else. What is static is listed by `ProgramDefinition`: settings, help,
/// manual page, completions and documents follow from it. An instance is made by the process that runs it, with what it
/// needs from others.
package protocol Feature: Sendable {
    associatedtype Configuration: Configurable

    /// The word for it in commands, the JSON file, the log and docs/NAME.md.
    static var name: String { get }
    /// With key paths into its own configuration, in the order of the documents.
    static var settings: [SettingGroup<Configuration>] { get }
    /// In the order of the help.
    static var commands: [Command] { get }
    /// The first words that several of its commands share.
    static var commandGroups: [CommandGroup] { get }

    /// What runs, in the order of dependence: each before those that need it.
    var services: [any Service] { get }
    /// What it answers over HTTP, beside the routes that every service has.
    var routes: [Route] { get }
    /// What keeps `/readyz` from 200, a sentence each.
    var problems: [String] { get }
}

extension Feature {
    package static var commandGroups: [CommandGroup] { [] }
    package var services: [any Service] { [] }
    package var routes: [Route] { [] }
    package var problems: [String] { [] }

    /// Its settings as the documents show them.
    package static var sections: [SettingSection] { settings.map(\.section) }
}

extension SettingsLoader {
    /// The values of all settings of a feature.
    package mutating func load<F: Feature>(_ feature: F.Type) -> F.Configuration { load(feature.settings) }
}

extension SettingGroup {
    /// The same group as a part of a larger configuration.
    package func at<Outer: Configurable>(
        _ place: any WritableKeyPath<Outer, Configuration> & Sendable
    ) -> SettingGroup<Outer> {
        SettingGroup<Outer>(
            title: title,
            introduction: introduction,
            prefixes: prefixes,
            settings: settings.map { $0.at(place) }
        ) { [rules] configuration, findings in
            rules(&configuration[keyPath: place], &findings)
        }
    }
}

extension Setting {
    fileprivate func at<Outer: Configurable>(
        _ place: any WritableKeyPath<Outer, Configuration> & Sendable
    ) -> Setting<Outer> {
        Setting<Outer>(
            description: description,
            store: { [store] input, configuration in store(input, &configuration[keyPath: place]) },
            show: { [show] configuration in show(configuration[keyPath: place]) }
        )
    }
}
