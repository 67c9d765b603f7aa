/// A program: its commands, its settings, and the words that its help and its manual page begin with.
///
/// Parser, help, manual page, completions and the reading of settings are made from it.
package struct ProgramDefinition: Sendable {
    /// What its file is called; in all messages.
    package static let name = "asterisk-connector"

    /// The first paragraph of the help, in lines of at most 80 characters.
    package let about: String
    /// In the order of the help.
    package let commands: [Command]
    package let groups: [CommandGroup]
    /// All settings there are, in the order of the documents.
    package let settings: [SettingSection]
    /// What to do about a variable that an older program had; `nil` when it is none.
    package let formerSetting: @Sendable (String) -> String?
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

    /// What `arguments` ask for, which are those of the process without its name.
    package func parse(_ arguments: [String]) -> CommandParser.Outcome { CommandParser(self).parse(arguments) }
}
