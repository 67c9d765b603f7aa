package import Basics
package import Daemon

/// The identity of this PBX, and the file with more settings.
package struct GeneralConfiguration: Configurable {
    /// The name of this PBX, sent with every request to tell PBXs apart.
    package var hostname = HostName.current
    /// The zone of local times whose offset is not certain; without it the offset is guessed.
    package var pbxTimeZone: TimeZoneRules?
    /// The JSON file that was read.
    package var configFile: String?

    package init() {}
}

extension GeneralConfiguration {
    package static let settings = SettingGroup<GeneralConfiguration>(
        title: "General",
        introduction: "What this PBX is, and where more settings are.",
        settings: [
            Setting(
                "HOST_HOSTNAME",
                "api.hostname",
                at: \.hostname,
                .line,
                "The name of this PBX, sent as `X-Asterisk-Hostname`. It is part of the identity of each record: "
                    + "do not change it on a running installation. In a container, set it to the name of the host.",
                default: "(the host's name)",
                example: "pbx-1"
            ),
            Setting(
                "PBX_TZ",
                "cdr.pbx_tz",
                at: \.pbxTimeZone,
                .optional(.timeZone),
                "The time zone of the PBX, for local times whose offset is not certain; their records have the "
                    + "`time_source` `zone`. Certain times beat it. Without it the offset is guessed.",
                example: "America/Toronto"
            ),
            Setting(
                "ASTERISK_CONFIG_FILE",
                at: \.configFile,
                .optional(.path),
                "A JSON file with settings. Variables beat what is in it, and `--config` beats this name.",
                example: "/etc/asterisk-connector/config.json"
            ),
        ]
    )

    /// The settings that only docker-compose.yml reads.
    package static let container = SettingGroup<GeneralConfiguration>(
        title: "Container",
        introduction: "Read by docker-compose.yml only, from `.env`.",
        settings: [
            Setting(
                unused: "PUID",
                as: SettingType<Int>.integer(0...2_147_483_647),
                default: "1000",
                "The user that the container runs as; it has to be able to read the recordings."
            ),
            Setting(
                unused: "PGID",
                as: SettingType<Int>.integer(0...2_147_483_647),
                default: "1000",
                "The group that the container runs as."
            ),
        ]
    )
}
