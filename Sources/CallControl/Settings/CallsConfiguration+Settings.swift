import Basics
package import Daemon
import HTTP

extension CallsConfiguration {
    package static let settings = SettingGroup<CallsConfiguration>(
        title: "Calls",
        introduction: """
            Read by the commands `calls` only, from the environment and the file that `--env-file` names, else from \
            `/etc/asterisk-connector/calls.env`. They also read the settings of AMI, and `LOG_LEVEL` and `LOG_FORMAT`.
            """,
        prefixes: ["CALLS_", "JWT_"],
        settings: port + tokens + store + live + control + databaseSettings + redisSettings,
        rules: { configuration, rules in
            checkPort(configuration, &rules)
            checkDatabase(&configuration, &rules)
            for origin in configuration.allowedOrigins where !origin.hasPrefix("http") {
                rules.warn(
                    .advice(
                        "every page of the origin \(origin) may use the service, also those of other programs; name it in "
                            + "CALLS_CORS_ORIGINS only for a desktop program that cannot have another one"
                    )
                )
            }
        }
    )

    /// The settings that `callerid` and `run` have too, by the same names; they are documented there.
    static let shared = SettingGroup<CallsConfiguration>(
        title: "Calls",
        introduction: "",
        settings: [
            Setting(
                "TRUSTED_PROXIES",
                at: \.trustedProxies,
                .list(of: "addresses or networks such as 192.0.2.0/24", not: "192.0.2.0/99") { text in
                    IPNetwork(text) == nil ? nil : text
                },
                "The proxies whose `X-Forwarded-For`, `-Proto` and `-Host` count.",
                example: "127.0.0.1"
            ),
            Setting(
                "PBX_TZ",
                at: \.zone,
                .optional(.timeZone),
                "The time zone in which hours and days of statistics begin.",
                default: "(UTC)",
                example: "America/Toronto"
            ),
        ] + redisPlace,
        rules: { configuration, rules in checkRedis(configuration, &rules) }
    )

    private static func checkPort(_ configuration: CallsConfiguration, _ rules: inout SettingRules) {
        rules.requireBoth("CALLS_TLS_CERT_FILE", "CALLS_TLS_KEY_FILE")
        rules.requirePEM(configuration.tlsCertificateFile, "CALLS_TLS_CERT_FILE", "certificate") { text in
            text.contains("-----BEGIN CERTIFICATE-----")
        }
        rules.requirePEM(
            configuration.tlsKeyFile,
            "CALLS_TLS_KEY_FILE",
            "private key without a pass phrase"
        ) { text in text.contains("PRIVATE KEY-----") && !text.contains("ENCRYPTED") }
        guard !WebAddress.isLoopback(host: configuration.host), configuration.tlsCertificateFile == nil,
            !configuration.isBehindTLSProxy
        else { return }
        rules.refuse(
            .contradiction(
                "passwords would come to \(configuration.host) in clear; set CALLS_TLS_CERT_FILE and CALLS_TLS_KEY_FILE, "
                    + "or CALLS_BIND=127.0.0.1, or CALLS_BEHIND_TLS_PROXY=true when a proxy speaks TLS"
            )
        )
    }

    private typealias Entry = Setting<CallsConfiguration>

    private static let port: [Entry] = [
        Entry("PORT", at: \.port, .port(from: 0), "Means `CALLS_PORT`, which beats it."),
        Entry(
            "CALLS_PORT",
            "calls.port",
            at: \.port,
            .port(from: 0),
            "The port of HTTP and WebSocket. 0: any free port, written to the log."
        ),
        Entry(
            "CALLS_BIND",
            "calls.bind",
            at: \.host,
            .host,
            "The address of the port. One beyond this machine needs TLS, or a proxy that speaks it."
        ),
        Entry(
            "CALLS_TLS_CERT_FILE",
            "calls.tls_cert_file",
            at: \.tlsCertificateFile,
            .optional(.path),
            "A PEM file with the certificate to speak HTTPS with, then those of its authorities.",
            example: "/etc/asterisk-connector/calls.pem"
        ),
        Entry(
            "CALLS_TLS_KEY_FILE",
            "calls.tls_key_file",
            at: \.tlsKeyFile,
            .optional(.path),
            "A PEM file with the private key of the certificate, without a pass phrase.",
            example: "/etc/asterisk-connector/calls-key.pem"
        ),
        Entry(
            "CALLS_BEHIND_TLS_PROXY",
            "calls.behind_tls_proxy",
            at: \.isBehindTLSProxy,
            .boolean,
            "Whether a proxy speaks TLS with the clients; then `CALLS_BIND` may be any address without TLS."
        ),
        Entry(
            "PUBLIC_IP",
            "calls.public_ip",
            at: \.publicHosts,
            .list(of: "host names or addresses without ports,", not: "pbx.example.com:8004", minimum: 1) { name in
                name == "*" ? nil : SettingType<String>.host.read(.text(name))
            },
            "The names by which clients reach the service; no others may stand in Host, but those of loopback and "
                + "`CALLS_BIND`."
        ),
        Entry(
            "CALLS_CORS_ORIGINS",
            "calls.cors_origins",
            at: \.allowedOrigins,
            .origins,
            "The origins whose pages may use the service from a browser, compared as a whole. `null` and `file://` stand "
                + "for desktop programs.",
            example: "https://crm.example.com"
        ),
    ]

    private static let tokens: [Entry] = [
        Entry(
            "JWT_SECRET",
            "calls.jwt_secret",
            at: \.tokenSecret,
            .keys,
            "The key of access tokens, at least 32 bytes. Of several, the first one signs and all verify: to change it, add "
                + "the new one behind, put it first, remove the old one after `JWT_ACCESS_TTL`.",
            example: "a-long-random-key-of-your-own-with-32-characters",
            isRequired: true
        ),
        Entry(
            "JWT_SECRET_FILE",
            "calls.jwt_secret_file",
            at: \.tokenSecretFile,
            .optional(.secretPath),
            "A file that holds the keys; beats `JWT_SECRET`.",
            example: "/run/secrets/jwt_secret",
            contentOf: "JWT_SECRET"
        ),
        Entry(
            "JWT_ACCESS_TTL",
            "calls.jwt_access_ttl",
            at: \.accessLife,
            .seconds(10...86_400),
            "How long an access token is valid."
        ),
        Entry(
            "JWT_REFRESH_TTL",
            "calls.jwt_refresh_ttl",
            at: \.refreshLife,
            .seconds(60...31_536_000),
            "How long a login lasts; then the password is needed again, whatever was refreshed."
        ),
    ]

    private static let store: [Entry] = [
        Entry(
            "CALLS_DB",
            "calls.db",
            at: \.database,
            .path,
            "The file of users, logins and finished calls (SQLite); only this user can read it."
        ),
        Entry(
            "CALLS_HISTORY_DAYS",
            "calls.history_days",
            at: \.historyDays,
            .integer(1...3650, of: "days"),
            "How long finished calls are kept."
        ),
        Entry(
            "CALLS_AUDIT_DAYS",
            "calls.audit_days",
            at: \.auditDays,
            .integer(1...3650, of: "days"),
            "How long it is kept who did what."
        ),
    ]

    private static let live: [Entry] = [
        Entry(
            "CALLS_AMI_CONNECTIONS",
            "calls.ami_connections",
            at: \.amiConnections,
            .integer(1...8, of: "connections"),
            "How many connections to the PBX: one brings the events, the others carry commands; a single one does both."
        ),
        Entry(
            "AMI_ACTION_TIMEOUT",
            "calls.ami_action_timeout",
            at: \.actionTimeout,
            .integer(100...60_000, of: "milliseconds"),
            "How long an action waits for the answer of the PBX."
        ),
        Entry(
            "CALLS_EXTENSION_PATTERN",
            "calls.extension_pattern",
            at: \.extensionPattern,
            SettingType("a regular expression (POSIX, extended)", not: "[0-9", show: { $0.text }) { text in
                text.isEmpty ? nil : ExtensionPattern(text)
            },
            "Which names are extensions."
        ),
        Entry(
            "CALLS_STALE_SECONDS",
            "calls.stale_seconds",
            at: \.staleInterval,
            .seconds(5...86_400),
            "How often what is known of calls is compared with the PBX."
        ),
        Entry(
            "CALLS_HOLD_CONTEXT",
            "calls.hold_context",
            at: \.holdContext,
            SettingType("a name of A-Z a-z 0-9 . _ -", not: "a b", show: { $0 }) { Dialable($0)?.description },
            "The context of the dialplan that held calls go to."
        ),
        Entry(
            "CALLS_DIALPLAN_TOKEN",
            "calls.dialplan_token",
            at: \.dialplanToken,
            .secret("at least 16 characters without blanks", not: "too short") { text in
                text.utf8.count >= 16 && !text.contains(" ") && !text.hasControlCharacters
            },
            "The token with which a dialplan may ask `/api/dialplan/` from another machine.",
            example: "a-long-random-token-of-your-own"
        ),
        Entry(
            "CALLS_DIALPLAN_TOKEN_FILE",
            "calls.dialplan_token_file",
            at: \.dialplanTokenFile,
            .optional(.secretPath),
            "A file that holds the token; beats `CALLS_DIALPLAN_TOKEN`.",
            example: "/run/secrets/calls_dialplan_token",
            contentOf: "CALLS_DIALPLAN_TOKEN"
        ),
    ]
}

extension SettingType where Value == [String] {
    /// Origins as browsers send them.
    fileprivate static var origins: Self {
        list(of: "origins such as https://crm.example.com", not: "*") { text in
            if text == "null" || text == "file://" { return text }
            guard let address = WebAddress(text), ["http", "https"].contains(address.scheme), text == text.lowercased(),
                !text.dropFirst("\(address.scheme)://".utf8.count).utf8.contains(where: { "/@".utf8.contains($0) })
            else { return nil }
            return text
        }
    }
}

extension SettingType where Value == Secret {
    /// Keys of at least 32 bytes with commas between them.
    fileprivate static var keys: Self {
        let minimum = JSONWebToken.Key.minimum
        var type = secret("keys of at least \(minimum) bytes with commas between them", not: "short") { text in
            let keys = CallsConfiguration.keys(text)
            return !keys.isEmpty && keys.allSatisfy { $0.utf8.count >= minimum }
        }
        type.secrets = { CallsConfiguration.keys($0.revealed).map { Secret($0) } }
        return type
    }
}
