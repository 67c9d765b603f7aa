/// All commands there are, in the order of the help.
enum CommandTable {
    static let groups = [
        CommandGroup(word: "spool", summary: "Look at the spool"),
        CommandGroup(word: "dead-letters", summary: "Records that the API refused for good: look, send again, remove"),
        CommandGroup(word: "recordings", summary: "Files to be uploaded: look, try again, see why one stays"),
        CommandGroup(word: "simulate", summary: "Play the other side: a PBX or an API"),
        CommandGroup(word: "completion", summary: "Write completions for a shell"),
    ]

    static let commands: [Command] = [
        RunCommand.command, CheckCommand.command, HealthcheckCommand.command, ClassifyCommand.command,
        DemoCommand.command, SpoolStatusCommand.command, DeadLettersListCommand.command,
        DeadLettersShowCommand.command, DeadLettersChangeCommand.retry, DeadLettersChangeCommand.drop,
        DeadLettersExportCommand.command, RecordingsListCommand.command, RecordingsRetryCommand.command,
        RecordingsScanCommand.command, GapsCommand.command, SimulatePBXCommand.command, SimulateAPICommand.command,
        DocumentCommand.bash, DocumentCommand.zsh, DocumentCommand.fish, DocumentCommand.manual,
        VersionCommand.command,
    ]
}
