package import Basics
package import HTTP

/// A part of the program that does one job for its users, such as recordings: a folder, a module, a document.
///
/// The frame knows a feature only by this protocol. `ProgramDefinition` lists the static members: settings, help,
/// manual page, completions and documents are made from them. The process that runs a feature creates the instance and
/// passes what it needs from others.
package protocol Feature: Sendable {
    associatedtype Configuration: Configurable

    /// The name of the feature in commands, the JSON file, the log and docs/NAME.md.
    static var name: String { get }
    /// The settings, with key paths into `Configuration`, in the order of the documents.
    static var settings: [SettingGroup<Configuration>] { get }
    /// The commands, in the order of the help.
    static var commands: [Command] { get }
    /// The groups of its commands that share their first word; none by default.
    static var commandGroups: [CommandGroup] { get }

    /// The services in the order of dependence: each before those that need it. None by default.
    var services: [any Service] { get }
    /// The HTTP routes of the feature, in addition to those that every process has; none by default.
    var routes: [Route] { get }
    /// The reasons why `/readyz` is not 200, a sentence each; empty while the feature is ready.
    var problems: [String] { get }
}

extension Feature {
    package static var commandGroups: [CommandGroup] { [] }
    package var services: [any Service] { [] }
    package var routes: [Route] { [] }
    package var problems: [String] { [] }

    /// The settings as the documents show them.
    package static var sections: [SettingSection] { settings.map(\.section) }
}

extension SettingsLoader {
    /// Loads the values of all settings of a feature.
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
