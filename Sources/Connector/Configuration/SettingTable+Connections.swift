import Basics

extension SettingTable {
    static let api = SettingGroup(
        title: "API",
        introduction: """
            Where the records go. Proxy variables of the system (`https_proxy` and its like) are ignored on purpose: \
            a proxy that a shell happens to know must not see calls. Name it in `API_PROXY`.
            """,
        settings: [
            Setting(
                "API_KEY",
                "api.key",
                at: \.api.key,
                .token,
                "The key that the API knows this PBX by, sent as a bearer token. "
                    + "The standard form is `sk_` and 32 letters or digits; another form is used with a warning.",
                example: "sk_0123456789abcdefghijABCDEFGHIJ01",
                isRequired: true
            ),
            Setting(
                "API_KEY_FILE",
                "api.key_file",
                at: \.api.keyFile,
                .optional(.secretPath),
                "A file that holds the key, such as a Docker secret; beats `API_KEY`. "
                    + "One line end at its end does not count.",
                example: "/run/secrets/api_key",
                contentOf: "API_KEY"
            ),
            Setting("REGION", "api.region", at: \.api.region, .region, "The region of the API."),
            Setting(
                "API_URL",
                "api.url",
                at: \.api.url,
                .optional(.webAddress),
                "Replaces the address made from the region, `https://api-REGION.sipstack.com/v1`. "
                    + "Plain http:// is meant for a receiver on this machine; elsewhere it is used with a warning.",
                example: "http://127.0.0.1:8080/v1"
            ),
            Setting(
                "API_TIMEOUT",
                "api.timeout",
                at: \.api.timeout,
                .seconds(1...600),
                "How long one request of records may take."
            ),
            Setting(
                "API_GZIP",
                "api.gzip",
                at: \.api.gzip,
                .boolean,
                "Whether request bodies over 1 KiB are compressed. "
                    + "An answer 415 turns it off until the next start, and so does a request that is answered 400 "
                    + "with gzip and taken without it."
            ),
            Setting(
                "API_ACK",
                "api.ack",
                at: \.api.acknowledgement,
                .choice,
                "What counts as an acknowledgement: the body of an answer too (`json`), or its status alone (`status`). "
                    + "`status` is for a receiver of your own that answers 200 without a JSON object."
            ),
            Setting(
                "API_PROXY",
                "api.proxy",
                at: \.api.proxy,
                .optional(.proxy),
                "The proxy to reach the API through. It is treated as a secret, because it may hold a password.",
                example: "http://proxy.example.com:3128"
            ),
            Setting(
                "API_TLS_CA_FILE",
                "api.tls_ca_file",
                at: \.api.tlsCAFile,
                .optional(.path),
                "A PEM file of the authorities to trust instead of the system's, for a receiver of your own.",
                example: "/etc/asterisk-connector/api-ca.pem"
            ),
        ]
    )

    static let ami = SettingGroup(
        title: "AMI",
        introduction: """
            How to reach the manager interface of Asterisk. The user needs `read = cdr,call`, written without blanks, \
            and no `write`.
            """,
        settings: [
            Setting(
                "AMI_HOST",
                "ami.host",
                at: \.ami.host,
                .host,
                "The machine that Asterisk runs on.",
                example: "127.0.0.1",
                isRequired: true
            ),
            Setting(
                "AMI_PORT",
                "ami.port",
                at: \.ami.port,
                .port(),
                "The TCP port of the manager interface.",
                default: "5038, with AMI_TLS 5039",
                example: "5038"
            ),
            Setting(
                "AMI_USERNAME",
                "ami.username",
                at: \.ami.username,
                .line,
                "The name of the user, its section in manager.conf.",
                example: "connector",
                isRequired: true
            ),
            Setting(
                "AMI_PASSWORD",
                "ami.password",
                at: \.ami.password,
                .password,
                "The secret of the user. It is not sent: the login answers a challenge, "
                    + "unless the server refuses that.",
                example: "a-long-random-secret",
                isRequired: true
            ),
            Setting(
                "AMI_PASSWORD_FILE",
                "ami.password_file",
                at: \.ami.passwordFile,
                .optional(.secretPath),
                "A file that holds the secret; beats `AMI_PASSWORD`. One line end at its end does not count.",
                example: "/run/secrets/ami_password",
                contentOf: "AMI_PASSWORD"
            ),
            Setting("AMI_TLS", "ami.tls", at: \.ami.tls, .boolean, "Whether the connection is encrypted."),
            Setting(
                "AMI_TLS_CA_FILE",
                "ami.tls_ca_file",
                at: \.ami.tlsCAFile,
                .optional(.path),
                "A PEM file of the authorities to trust instead of the system's. "
                    + "For a self-signed certificate, that certificate.",
                example: "/etc/asterisk/keys/ca.crt"
            ),
            Setting(
                "AMI_TLS_VERIFY",
                "ami.tls_verify",
                at: \.ami.tlsVerify,
                .boolean,
                "Whether the certificate has to be valid and of this host."
            ),
        ]
    )

    static let general = SettingGroup(
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

    static let logging = SettingGroup(
        title: "Logging",
        introduction: "The log goes to standard error, one line for each message.",
        settings: [
            Setting(
                "LOG_LEVEL",
                "logging.level",
                at: \.logging.level,
                .choice,
                "The least serious messages that are written. Numbers of callers are complete only with DEBUG."
            ),
            Setting(
                "LOG_FORMAT",
                "logging.format",
                at: \.logging.format,
                .choice,
                "Lines to read, or one JSON object for each line."
            ),
        ]
    )
}
