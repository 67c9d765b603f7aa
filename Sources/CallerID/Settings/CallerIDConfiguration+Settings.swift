import Basics
package import Daemon
import Redis

extension CallerIDConfiguration {
    package static let settings = SettingGroup<CallerIDConfiguration>(
        title: "Caller IDs",
        introduction: """
            Read by the commands `callerid` only, from the environment and the file that `--env-file` names, else from \
            `/etc/asterisk-connector/callerid.env`. They also read `LOG_LEVEL`, `LOG_FORMAT` and \
            `DEBUG`, which logs all messages when it is true.
            """,
        prefixes: ["CALLERID_", "AGI_", "DEFAULT_", "REDIS_", "SYNC_"],
        settings: ports + access + selection + store + redis + databaseSettings + trunkPortSettings,
        rules: { configuration, rules in
            checkDatabase(configuration, &rules)
            rules.requireBoth("REQUEST_API_USER", "REQUEST_API_PASS")
            if !configuration.requiresToken {
                if !WebAddress.isLoopback(host: configuration.host) {
                    rules.warn(
                        .advice(
                            "everyone who reaches \(configuration.host) gets caller IDs from /next-cid; set "
                                + "NEXT_CID_AUTH=true, or API_HOST=127.0.0.1"
                        )
                    )
                }
            } else if configuration.adminToken.revealed.isEmpty, configuration.secretKey.revealed.isEmpty {
                rules.refuse(
                    .contradiction("NEXT_CID_AUTH needs a token that is right: set ADMIN_TOKEN or SECRET_KEY")
                )
            }
            if !configuration.redisURL.revealed.isEmpty {
                if !configuration.redisHost.isEmpty {
                    rules.refuse(.contradiction("REDIS_URL and REDIS_HOST both say where Redis is; keep one of them"))
                }
                do throws(RedisURLError) { _ = try configuration.redis() } catch {
                    rules.refuse(.contradiction("REDIS_URL cannot be used: \(error)"))
                }
            }
            if configuration.agiPort != 0, !WebAddress.isLoopback(host: configuration.agiHost) {
                rules.warn(
                    .advice(
                        "everyone who reaches \(configuration.agiHost) gets caller IDs by FastAGI, which has no login; "
                            + "set AGI_HOST=127.0.0.1, or let only the PBX reach the port"
                    )
                )
            }
        }
    )

    /// The settings that other commands have too, by the same names.
    ///
    /// They are documented there.
    static let shared = SettingGroup<CallerIDConfiguration>(
        title: "Caller IDs",
        introduction: "",
        settings: [Setting("DEBUG", at: \.debug, .boolean, "Whether all messages are logged.")]
    )

    private typealias Entry = Setting<CallerIDConfiguration>

    private static let ports: [Entry] = [
        Entry("API_HOST", at: \.host, .host, "The address of the HTTP port, with `/next-cid` and `/metrics`."),
        Entry(
            "API_PORT",
            at: \.port,
            .port(from: 0),
            "The HTTP port; `run` has the same default for `MONITORING_PORT`. 0: any free port, written to the log."
        ),
        Entry("AGI_HOST", at: \.agiHost, .host, "The address of FastAGI, which has no login."),
        Entry("AGI_PORT", at: \.agiPort, .port(from: 0), "The port of FastAGI; 0 turns it off."),
        Entry(
            "AGI_MAX_SESSIONS",
            at: \.agiSessions,
            .integer(1...100_000, of: "sessions"),
            "The most calls that ask at a time; further ones go on without an answer."
        ),
        Entry(
            "AGI_ONE_WRITE",
            at: \.isOneWrite,
            .boolean,
            "Whether all variables of a call are set with one write; false waits for Asterisk after each."
        ),
    ]

    private static let access: [Entry] = [
        Entry(
            "ADMIN_TOKEN",
            at: \.adminToken,
            .secret("a token of at least 16 characters", not: "short") { $0.utf8.count >= 16 },
            "The token of administrators, in `Authorization: Bearer` or `X-Admin-Token`. Without it, all requests of "
                + "administrators are refused.",
            example: "a-long-random-token-of-your-own"
        ),
        Entry(
            "ADMIN_TOKEN_FILE",
            at: \.adminTokenFile,
            .optional(.secretPath),
            "A file that holds the token; beats `ADMIN_TOKEN`.",
            example: "/run/secrets/admin_token",
            contentOf: "ADMIN_TOKEN"
        ),
        Entry(
            "SECRET_KEY",
            at: \.secretKey,
            .secret("a key of at least 32 characters", not: "short") { $0.utf8.count >= 32 },
            "The key that signs and verifies JSON Web Tokens (HS256). Without it they are refused.",
            example: "a-long-random-key-of-your-own-with-32-characters"
        ),
        Entry(
            "SECRET_KEY_FILE",
            at: \.secretKeyFile,
            .optional(.secretPath),
            "A file that holds the key; beats `SECRET_KEY`.",
            example: "/run/secrets/secret_key",
            contentOf: "SECRET_KEY"
        ),
        Entry(
            unused: "JWT_ALGORITHM",
            as: SettingType<String>.line,
            default: "HS256",
            "Kept for compatibility, without effect: tokens are signed with HS256 only."
        ),
        Entry(
            "ACCESS_TOKEN_EXPIRE_MINUTES",
            at: \.tokenLife,
            .minutes(1...525_600),
            "How long a new token is valid, unless the request says it."
        ),
        Entry(
            "ALLOWED_ADMIN_IPS",
            at: \.adminAddresses,
            .networks,
            "The addresses and networks that administrators may come from; empty: all.",
            example: "192.0.2.0/24,2001:db8::/32"
        ),
        Entry(
            "TRUSTED_PROXIES",
            at: \.trustedProxies,
            .networks,
            "The proxies whose `X-Forwarded-For` counts.",
            example: "127.0.0.1"
        ),
        Entry(
            "ALLOWED_ORIGINS",
            at: \.allowedOrigins,
            .list(of: "origins such as https://crm.example.com"),
            "The origins whose pages may use the service from a browser; `*`: all.",
            example: "https://crm.example.com"
        ),
        Entry("NEXT_CID_AUTH", at: \.requiresToken, .boolean, "Whether `/next-cid` needs a token."),
    ]

    private static let selection: [Entry] = [
        Entry(
            "DEFAULT_RESERVATION_TTL",
            at: \.reservation,
            .seconds(0...86_400),
            "How long nobody else gets a number after a decision. 0: no reservation, only order and limits."
        ),
        Entry(
            "DEFAULT_RATE_LIMIT_PER_AGENT",
            at: \.requestsPerMinute,
            .integer(0...1_000_000, of: "requests"),
            "The requests of one agent in a minute; 0: no limit."
        ),
        Entry(
            "DEFAULT_HOURLY_LIMIT",
            at: \.hourlyLimit,
            .integer(-1...1_000_000, of: "calls"),
            "The uses in a clock hour of numbers that bring no limit of their own; 0 and -1: no limit."
        ),
        Entry(
            "DEFAULT_DAILY_LIMIT",
            at: \.dailyLimit,
            .integer(-1...1_000_000, of: "calls"),
            "The uses in a calendar day of numbers that bring no limit of their own; 0 and -1: no limit."
        ),
        Entry(
            "CALLERID_TZ",
            at: \.zone,
            .optional(.timeZone),
            "The time zone in which hours and days of the limits begin.",
            default: "(UTC)",
            example: "America/Toronto"
        ),
        Entry(
            "CALLERID_STRIP_PREFIX",
            at: \.prefix,
            .digits(0...6),
            "Digits that are taken off the front of the number called, before anything else.",
            example: "9"
        ),
        Entry(
            "AREA_CODE_STRICT",
            at: \.isAreaCodeStrict,
            .boolean,
            "Whether a call never gets a number of another area code."
        ),
        Entry(
            "SHARE_WHEN_EMPTY",
            at: \.sharesWhenEmpty,
            .boolean,
            "Whether the number whose reservation is oldest is given when all are reserved. Limits still hold."
        ),
        Entry(
            "DEFAULT_CALLERID",
            at: \.defaultNumber,
            .digits(0...15),
            "The number that a trunk shows when none of its own is free.",
            example: "02473002556"
        ),
        Entry(
            "DEFAULT_TRUNK_NAME",
            at: \.defaultTrunk,
            .line,
            "The trunk of requests that name none; empty: the one whose numbers were stored last.",
            example: "OPS_TRUNK"
        ),
        Entry("DEFAULT_ROUTE_NUMBER", at: \.defaultRoute, .digits(0...10), "The route where a number has none."),
    ]

    private static let store: [Entry] = [
        Entry(
            "CALLERID_DIR",
            at: \.directory,
            .path,
            "The folder of the numbers, their use and their history; only this user can read it."
        ),
        Entry(
            "SYNC_MAX_DROP_PERCENT",
            at: \.dropLimit,
            .integer(0...100, of: "percent"),
            "The share of the numbers that an import or a sync may take away; beyond it, force is needed."
        ),
        Entry(
            "AUDIT_KEEP_DAYS",
            at: \.auditDays,
            .integer(1...3650, of: "days"),
            "How long the history is kept: who had which number when."
        ),
        Entry(
            "LOW_WATER_PERCENT",
            at: \.lowWater,
            .integer(0...100, of: "percent"),
            "The share of free numbers below which there is a warning and a metric."
        ),
    ]
}

extension SettingType where Value == [String] {
    /// Addresses and networks in CIDR notation.
    fileprivate static var networks: Self {
        list(of: "addresses or networks such as 192.0.2.0/24", not: "192.0.2.0/99") { text in
            IPNetwork(text) == nil ? nil : text
        }
    }
}

extension SettingType where Value == String {
    /// Digits only; the range is that of their count.
    fileprivate static func digits(_ count: ClosedRange<Int>) -> Self {
        Self("\(count.lowerBound) to \(count.upperBound) digits", not: "12ab", show: { $0 }) { text in
            text.utf8.allSatisfy(ASCII.isDigit) && count.contains(text.utf8.count) ? text : nil
        }
    }
}
