package import Basics

/// Why a connection to Redis failed, or why a command has no reply; no text repeats a word of a command.
package enum RedisError: Error, Equatable, CustomStringConvertible {
    /// The network refused or broke.
    case network(NetworkError)
    /// Redis refused the user, the password or the database.
    case refused(RedisServerError)
    /// Redis answered the command with an error.
    case server(RedisServerError)
    /// The peer sent something that is not a reply, or a reply over a limit.
    case invalidReply(String)
    /// There is no connection, or it ended before the reply; in the second case Redis may have run the command.
    case notConnected
    /// Too many commands or bytes wait for Redis; the command was not sent.
    case busy
    /// No reply arrived in time; Redis may still run the command.
    case timedOut
    /// Nothing arrived for as long as the connection may be silent while replies are due.
    case stalled
    /// The task that waited was cancelled; Redis may still run the command.
    case cancelled

    package var description: String {
        switch self {
        case .network(let error): "\(error); check the address of Redis, and 'bind', 'port' and 'protected-mode' there"
        case .refused(let error):
            "Redis refused the login (\(error.code)); check user, password and number of the database"
        case .server(let error): "Redis refused the command (\(error.code))"
        case .invalidReply(let reason): "the peer does not answer as Redis does: \(reason)"
        case .notConnected: "not connected to Redis; see the log for the reason"
        case .busy: "too many commands wait for Redis"
        case .timedOut: "Redis did not answer in time"
        case .stalled: "Redis hangs, or the connection is dead"
        case .cancelled: "cancelled"
        }
    }
}
