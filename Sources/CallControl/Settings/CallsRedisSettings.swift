package import Basics
import Daemon
package import Redis

/// The settings about the Redis that other programs read the live state from.
package struct CallsRedisSettings: Sendable {
    /// Empty for none.
    package var host = ""
    package var port = RedisAddress.defaultPort
    package var database = 0
    package var user = ""
    package var password = Secret("")
    /// The path of a file with the password, which overrides `password`.
    package var passwordFile: String?
    /// In place of host, port and database; a secret, since it may have the password.
    package var url = Secret("")
    /// What keys and channels begin with.
    package var prefix = ""
    package var mostConnections = 100
    /// The longest wait for an answer, in milliseconds.
    package var timeout = 5000
    /// How long the events of a type are kept after the last one.
    package var eventLife = Duration.seconds(86_400)
    /// How many events of a type are kept.
    package var mostEvents = 10_000

    package init() {}

    /// Where Redis is; `nil` without one.
    ///
    /// - Throws: when the URL is not valid.
    package func connection() throws(RedisURLError) -> RedisConfiguration? {
        var redis: RedisConfiguration
        if !url.revealed.isEmpty {
            redis = try RedisConfiguration(url: url.revealed)
        } else if !host.isEmpty {
            redis = RedisConfiguration(.tcp(host: host, port: port))
            redis.database = database
        } else {
            return nil
        }
        if redis.user == nil, !user.isEmpty { redis.user = user }
        if redis.password == nil, !password.revealed.isEmpty { redis.password = password }
        redis.clientName = "asterisk-connector-calls"
        redis.connectTimeout = .milliseconds(min(timeout, 1000))
        return redis
    }

    /// Whether Redis is on another machine and the way to it is not encrypted.
    func crossesNetworkInClear(_ redis: RedisConfiguration) -> Bool {
        guard case .tcp(let host, _) = redis.address else { return false }
        return redis.tls == nil && !WebAddress.isLoopback(host: host)
    }
}
