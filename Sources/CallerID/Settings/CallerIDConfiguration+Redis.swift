import Basics
import Daemon
import Redis

extension CallerIDConfiguration {
    /// What happens while Redis is away.
    package enum RedisAway: String, Sendable, CaseIterable {
        /// Decisions from memory.
        case serve
        /// No decisions.
        case refuse
    }

    /// Where Redis is; `nil` without one.
    ///
    /// - Throws: when the URL is not valid.
    func redis() throws(RedisURLError) -> RedisConfiguration? {
        var redis: RedisConfiguration
        if !redisURL.revealed.isEmpty {
            redis = try RedisConfiguration(url: redisURL.revealed)
        } else if !redisHost.isEmpty {
            redis = RedisConfiguration(.tcp(host: redisHost, port: redisPort))
            redis.database = redisDatabase
        } else {
            return nil
        }
        if redis.user == nil, !redisUser.isEmpty { redis.user = redisUser }
        if redis.password == nil, !redisPassword.revealed.isEmpty { redis.password = redisPassword }
        redis.clientName = "asterisk-connector-callerid"
        return redis
    }

    /// How decisions are made in Redis; `nil` without one.
    func shared() throws(RedisURLError) -> SharedEngine.Configuration? {
        guard let redis = try redis() else { return nil }
        var shared = SharedEngine.Configuration(redis, policy: policy, directory: directory)
        shared.prefix = redisPrefix
        shared.timeout = .milliseconds(decisionTimeout)
        shared.servesAway = redisAway == .serve
        return shared
    }

    static let redis: [Setting<CallerIDConfiguration>] = [
        Setting(
            "REDIS_HOST",
            at: \.redisHost,
            .host,
            "The host of a Redis 7 in which several instances share the numbers. Without it and `REDIS_URL`, one instance "
                + "decides alone. All settings of the place of Redis also count for `calls`.",
            example: "127.0.0.1"
        ),
        Setting("REDIS_PORT", at: \.redisPort, .port(), "The port of Redis."),
        Setting("REDIS_DB", at: \.redisDatabase, .integer(0...65_535), "The number of the database in Redis."),
        Setting("REDIS_USER", at: \.redisUser, .line, "The user of Redis' ACL.", example: "callerid"),
        Setting(
            "REDIS_PASSWORD",
            at: \.redisPassword,
            .secret("a password on one line", not: "two\nlines") { !$0.isEmpty && !$0.hasControlCharacters },
            "The password of Redis.",
            example: "a-long-random-password"
        ),
        Setting(
            "REDIS_PASSWORD_FILE",
            at: \.redisPasswordFile,
            .optional(.secretPath),
            "A file that holds the password; beats `REDIS_PASSWORD`.",
            example: "/run/secrets/redis_password",
            contentOf: "REDIS_PASSWORD"
        ),
        Setting(
            "REDIS_URL",
            at: \.redisURL,
            .secret("an address such as rediss://user:password@host:6379/0", not: "two\nlines") {
                !$0.isEmpty && !$0.hasControlCharacters
            },
            "The address of Redis in the place of `REDIS_HOST`, `REDIS_PORT` and `REDIS_DB`: `redis://`, `rediss://` for "
                + "TLS, or `unix:///PATH?db=0`.",
            example: "rediss://callerid:a-long-random-password@redis.example.com:6379/0"
        ),
        Setting(
            "REDIS_PREFIX",
            at: \.redisPrefix,
            .line,
            "What all keys in Redis begin with, so that services can share a database.",
            example: "asterisk:"
        ),
        Setting(
            "DECISION_TIMEOUT_MS",
            at: \.decisionTimeout,
            .integer(10...250, of: "milliseconds"),
            "The longest wait for Redis in one decision."
        ),
        Setting(
            "REDIS_AWAY",
            at: \.redisAway,
            .choice,
            "While Redis is away or too slow: `serve` decides from memory, `refuse` gives no number."
        ),
    ]
}
