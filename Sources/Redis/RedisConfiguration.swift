package import Basics

/// Where Redis is.
package enum RedisAddress: Sendable, Equatable, CustomStringConvertible {
    case tcp(host: String, port: UInt16)
    /// The path of a Unix domain socket.
    case unix(path: String)

    package static let defaultPort: UInt16 = 6379

    package var description: String {
        switch self {
        case .tcp(let host, let port): host.utf8.contains(ASCII.colon) ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): path
        }
    }
}

/// Where Redis is, how to log in, and the limits of a connection.
package struct RedisConfiguration: Sendable {
    package var address: RedisAddress
    /// TLS is used when this is set; only for TCP.
    package var tls: TLSStream.Configuration?
    /// The user of the ACL; `nil` is the default user.
    package var user: String?
    package var password: Secret?
    /// The number of the database, from 0.
    package var database = 0
    /// The name that CLIENT LIST shows; without blanks.
    package var clientName: String?
    /// The limit for connecting to one address, again for the TLS handshake, and again for the login.
    package var connectTimeout = Duration.milliseconds(100)
    /// How long nothing may arrive while replies are due; then the connection is closed.
    package var stallTimeout = Duration.seconds(3)
    /// How often a PING is sent, which detects a dead peer and measures the round trip.
    package var pingInterval = Duration.seconds(5)
    /// The most commands that may wait for their replies.
    package var longestQueue = 1 << 14
    /// The most bytes of commands that may wait to be sent.
    package var queueBytes = 16 << 20
    package var limits = RedisReplyDecoder.Limits()
    /// Delays after a lost or failed connection.
    package var backoff = Backoff(base: .milliseconds(100), cap: .seconds(2))
    /// The delay after a refused login.
    package var refusalDelay = Duration.seconds(10)

    package init(_ address: RedisAddress) { self.address = address }

    /// The address and the number of the database, for the log.
    package var place: String { "\(address)/\(database)" }

    /// The commands of the login, all sent at once, and whether it fails when the user may not run them.
    var login: [(command: RedisCommand, isRequired: Bool)] {
        var steps: [(command: RedisCommand, isRequired: Bool)] = []
        if let password {
            let words = [user, password.revealed].compactMap { $0 }
            steps.append((RedisCommand("AUTH", words: words), true))
        }
        if database != 0 { steps.append((RedisCommand("SELECT", database), true)) }
        if let clientName { steps.append((RedisCommand("CLIENT", "SETNAME", clientName), false)) }
        // Its reply shows whether Redis wants a login, and whether it is ready.
        return steps + [(RedisCommand("PING"), false)]
    }
}
