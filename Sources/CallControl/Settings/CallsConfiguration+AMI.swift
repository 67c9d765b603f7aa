package import Daemon

extension CallsConfiguration {
    /// The connection to the PBX: the settings of `run`, but host and user have defaults, and the user has two names.
    package static let amiSettings: [SettingGroup<AMIConfiguration>] = [
        AMIConfiguration.settings.only(
            "AMI_PORT",
            "AMI_PASSWORD",
            "AMI_PASSWORD_FILE",
            "AMI_TLS",
            "AMI_TLS_CA_FILE",
            "AMI_TLS_VERIFY"
        ),
        SettingGroup(
            title: "AMI of calls",
            introduction: "How `calls` reaches the manager interface of Asterisk.",
            settings: [
                Setting(
                    "AMI_HOST",
                    "ami.host",
                    at: \.host,
                    .host,
                    "The machine that Asterisk runs on.",
                    default: "localhost",
                    example: "127.0.0.1"
                ),
                Setting(
                    "AMI_USERNAME",
                    "ami.username",
                    at: \.username,
                    .line,
                    "The name of the user, its section in manager.conf.",
                    default: "admin",
                    example: "calls"
                ),
                Setting(
                    "ASTERISK_AMI_USERNAME",
                    at: \.username,
                    .line,
                    "Means `AMI_USERNAME`, and beats it.",
                    default: "admin",
                    example: "calls"
                ),
            ],
            rules: { ami, _ in
                if ami.host.isEmpty { ami.host = "localhost" }
                if ami.username.isEmpty { ami.username = "admin" }
            }
        ),
    ]
}
