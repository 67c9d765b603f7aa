/// `manual` and `completion`: what a package installs beside the program, made from its tables.
enum DocumentCommand {
    static func run(_ invocation: Invocation) -> ExitCode {
        let commands = CommandTable.commands
        let groups = CommandTable.groups
        let text =
            switch invocation.command {
            case .completionBash: BashCompletion(commands: commands, groups: groups).text
            case .completionZsh: ZshCompletion(commands: commands, groups: groups).text
            case .completionFish: FishCompletion(commands: commands, groups: groups).text
            default: ManualPage(commands: commands, settings: SettingTable.groups).text
            }
        Terminal.write(text, to: .output)
        return .success
    }
}
