import Basics
import Daemon
import Redis

extension CallsConfiguration {
    private typealias Entry = Setting<CallsConfiguration>

    /// What only `calls` has.
    static let redisSettings: [Setting<CallsConfiguration>] = [
        Entry(
            "REDIS_TIMEOUT",
            "calls.redis_timeout",
            at: \.redis.timeout,
            .integer(100...60_000, of: "milliseconds"),
            "How long a command waits for the answer of Redis."
        ),
        Entry(
            "REDIS_MAX_CLIENTS",
            "calls.redis_max_clients",
            at: \.redis.mostConnections,
            .integer(1...10_000, of: "connections"),
            "The most connections to Redis; one is used."
        ),
        Entry(
            "REDIS_EVENT_TTL",
            "calls.redis_event_ttl",
            at: \.redis.eventLife,
            .seconds(60...31_536_000),
            "How long Redis keeps the events of a type after the last one."
        ),
        Entry(
            "REDIS_EVENT_MAX",
            "calls.redis_event_max",
            at: \.redis.mostEvents,
            .integer(100...1_000_000, of: "events"),
            "About how many events of a type Redis keeps; older ones are removed."
        ),
    ]

    /// Where Redis is; `callerid` has the same by the same names, and documents them.
    static let redisPlace: [Setting<CallsConfiguration>] = [
        Entry("REDIS_HOST", at: \.redis.host, .host, "The host of Redis.", example: "127.0.0.1"),
        Entry("REDIS_PORT", at: \.redis.port, .port(), "The port of Redis."),
        Entry("REDIS_DB", at: \.redis.database, .integer(0...65_535), "The number of the database in Redis."),
        Entry("REDIS_USER", at: \.redis.user, .line, "The user of Redis' ACL.", example: "calls"),
        Entry(
            "REDIS_PASSWORD",
            at: \.redis.password,
            .secret("a password on one line", not: "two\nlines") { !$0.isEmpty && !$0.hasControlCharacters },
            "The password of Redis.",
            example: "a-long-random-password"
        ),
        Entry(
            "REDIS_PASSWORD_FILE",
            at: \.redis.passwordFile,
            .optional(.secretPath),
            "A file that holds the password; beats `REDIS_PASSWORD`.",
            example: "/run/secrets/redis_password",
            contentOf: "REDIS_PASSWORD"
        ),
        Entry(
            "REDIS_URL",
            at: \.redis.url,
            .secret("an address such as rediss://user:password@host:6379/0", not: "two\nlines") {
                !$0.isEmpty && !$0.hasControlCharacters
            },
            "The address of Redis in the place of `REDIS_HOST`, `REDIS_PORT` and `REDIS_DB`.",
            example: "rediss://calls:a-long-random-password@redis.example.com:6379/0"
        ),
        Entry(
            "REDIS_PREFIX",
            at: \.redis.prefix,
            .line,
            "What all keys and channels in Redis begin with.",
            example: "asterisk:"
        ),
    ]

    static func checkRedis(_ configuration: CallsConfiguration, _ rules: inout SettingRules) {
        let redis = configuration.redis
        if !redis.url.revealed.isEmpty, !redis.host.isEmpty {
            return rules.refuse(.contradiction("REDIS_URL and REDIS_HOST both say where Redis is; keep one of them"))
        }
        do throws(RedisURLError) {
            guard let connection = try redis.connection(), redis.crossesNetworkInClear(connection) else { return }
            rules.warn(
                .advice("calls and the password of Redis cross the network in clear; use a REDIS_URL with rediss://")
            )
        } catch {
            rules.refuse(.contradiction("REDIS_URL cannot be used: \(error)"))
        }
    }
}
