/// A program: its commands, its settings, and the introductions of its help and its manual page.
///
/// The parser, help, manual page, completions and the settings loader are made from it.
package struct ProgramDefinition: Sendable {
    /// The name of the executable, also used in all messages.
    package static let name = "asterisk-connector"

    /// The first paragraph of the help, in lines of at most 80 characters.
    package let about: String
    /// All commands, in the order of the help.
    package let commands: [Command]
    /// The groups of commands that share their first word.
    package let groups: [CommandGroup]
    /// All settings of all commands, in the order of the documents.
    package let settings: [SettingSection]
    /// Advice for a variable of an older program; `nil` when it never was one.
    package let formerSetting: @Sendable (String) -> String?
    /// The text of the manual page around the tables.
    package let manual: ManualText

    package init(
        about: String = "",
        commands: [Command],
        groups: [CommandGroup] = [],
        settings: [SettingSection] = [],
        formerSetting: @escaping @Sendable (String) -> String? = { _ in nil },
        manual: ManualText = ManualText()
    ) {
        self.about = about
        self.commands = commands
        self.groups = groups
        self.settings = settings
        self.formerSetting = formerSetting
        self.manual = manual
    }

    /// Parses `arguments`: those of the process without its name.
    package func parse(_ arguments: [String]) -> CommandParser.Outcome { CommandParser(self).parse(arguments) }
}
