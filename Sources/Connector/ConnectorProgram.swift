package import Daemon
import Delivery
import Recordings
import Reporting
import Simulation

/// The program `asterisk-connector`: all its commands and settings, each declared beside what it does.
package enum ConnectorProgram {
    package static let definition = ProgramDefinition(
        about: """
            Collects call records (CDR and CEL) and recordings of an Asterisk PBX and sends
            them to an HTTPS API, without losing any.
            """,
        commands: commands,
        groups: groups,
        settings: SettingTable.sections,
        formerSetting: FormerSettings.advice,
        manual: manual
    )

    private static let groups = [
        CommandGroup(word: "spool", summary: "Look at the spool"),
        CommandGroup(word: "dead-letters", summary: "Records that the API refused for good: look, send again, remove"),
        CommandGroup(word: "recordings", summary: "Files to be uploaded: look, try again, see why one stays"),
        CommandGroup(word: "simulate", summary: "Play the other side: a PBX or an API"),
        CommandGroup(word: "completion", summary: "Write completions for a shell"),
    ]

    private static let commands: [Command] = [
        RunCommand.command, CheckCommand.command, HealthcheckCommand.command, ClassifyCommand.command,
        DemoCommand.command, SpoolStatusCommand.command, DeadLettersListCommand.command,
        DeadLettersShowCommand.command, DeadLettersChangeCommand.retry, DeadLettersChangeCommand.drop,
        DeadLettersExportCommand.command, RecordingsListCommand.command, RecordingsRetryCommand.command,
        RecordingsScanCommand.command, GapsCommand.command, SimulatePBXCommand.command, SimulateAPICommand.command,
        DocumentCommand.bash, DocumentCommand.zsh, DocumentCommand.fish, DocumentCommand.manual,
        VersionCommand.command,
    ]

    private static let manual = ManualText(
        summary: "send the call records of an Asterisk PBX to an API",
        description:
            "Logs in to the manager interface (AMI) of an Asterisk PBX, makes a record of each CDR and CEL event, stores it "
            + "on the disk, and sends it to an HTTPS API. A record leaves the disk only after the API has taken it. "
            + "Nothing is changed in Asterisk.",
        aboutSettings:
            "A later source beats an earlier one: the default, the JSON file, the env-file, the environment. In parentheses "
            + "stands the default.",
        files: [
            ("/etc/asterisk-connector/env", "The settings of the service."),
            ("/etc/asterisk-connector/api_key", "The key of the API; for root only, systemd hands it to the service."),
            ("/etc/asterisk-connector/ami_password", "The secret of the AMI user; the same."),
            ("/var/lib/asterisk-connector", "The spool: records that wait for the API."),
            ("/var/lib/asterisk-connector/control.sock", "Where commands find the process that runs."),
        ],
        signals: [
            ("SIGTERM, SIGINT", "Stop in order, within 5 s; a second one ends at once."),
            ("SIGHUP", "Read the log level, the contexts and the filters again."),
        ],
        environment: [
            ("NOTIFY_SOCKET", "Set by systemd: where `run` tells that it is ready, stops, or reloads, and how it is."),
            ("WATCHDOG_USEC", "Set by systemd: `run` tells more often than this that all its parts work."),
        ]
    )
}
