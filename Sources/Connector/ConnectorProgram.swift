import CallControl
import CallerID
package import Daemon
import Delivery
import Recordings
import Reporting
import Simulation
import Voicemail

/// The program `asterisk-connector`: all its commands and settings, each declared beside its implementation.
package enum ConnectorProgram {
    /// All features; to add one, create its folder and add its type here.
    package static let features: [any Feature.Type] = [
        ReportingFeature.self, RecordingsFeature.self, VoicemailFeature.self, CallerIDFeature.self,
        CallsFeature.self,
    ]

    package static let definition = definition(of: features)

    /// The program with other features, for tests.
    package static func definition(of features: [any Feature.Type]) -> ProgramDefinition {
        ProgramDefinition(
            about: """
                Collects call records (CDR and CEL) and recordings of an Asterisk PBX and sends
                them to an HTTPS API, without losing any.
                """,
            commands: [RunCommand.command, CheckCommand.command, HealthcheckCommand.command, DemoCommand.command]
                + features.flatMap { $0.commands } + [
                    SimulatePBXCommand.command, SimulateAPICommand.command, DocumentCommand.bash, DocumentCommand.zsh,
                    DocumentCommand.fish, DocumentCommand.manual, VersionCommand.command,
                ],
            groups: features.flatMap { $0.commandGroups } + [
                CommandGroup(word: "simulate", summary: "Play the other side: a PBX or an API"),
                CommandGroup(word: "completion", summary: "Write completions for a shell"),
            ],
            settings: SettingTable.sections(of: features),
            formerSetting: FormerSettings.advice,
            manual: manual
        )
    }

    private static let manual = ManualText(
        summary: "send the call records of an Asterisk PBX to an API",
        description:
            "Logs in to the manager interface (AMI) of an Asterisk PBX, makes a record of each CDR and CEL event, stores it "
            + "on the disk, and sends it to an HTTPS API. A record leaves the disk only after the API has taken it. "
            + "Nothing is changed in Asterisk.",
        aboutSettings:
            "A later source beats an earlier one: the default, the JSON file, the env-file, the environment. The default is "
            + "in parentheses.",
        files: [
            ("/etc/asterisk-connector/env", "The settings of the service."),
            ("/etc/asterisk-connector/api_key", "The key of the API; for root only, systemd hands it to the service."),
            ("/etc/asterisk-connector/ami_password", "The secret of the AMI user; the same."),
            ("/etc/asterisk-connector/voicemail.env", "The settings of the commands `voicemail`."),
            ("/var/lib/asterisk-connector", "The spool: records that wait for the API."),
            ("/var/lib/asterisk-connector/control.sock", "Where commands find the process that runs."),
            ("/var/spool/asterisk-connector/voicemail", "Mails of voicemail that wait for sendmail."),
        ],
        signals: [
            ("SIGTERM, SIGINT", "Stop in order, within 5 s; a second one ends at once."),
            ("SIGHUP", "Read the log level, the contexts and the filters again."),
        ],
        environment: [
            (
                "NOTIFY_SOCKET",
                "Set by systemd: `run` reports to it that it is ready, stops or reloads, and its status."
            ),
            (
                "WATCHDOG_USEC",
                "Set by systemd: `run`, `callerid run` and `calls run` report more often than this that all their parts work."
            ),
            ("NO_COLOR", "Set and not empty, it turns the colours of `check` off."),
        ]
    )
}
