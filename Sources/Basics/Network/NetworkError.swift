/// Why a connection could not be made or was lost.
package enum NetworkError: Error, Equatable, CustomStringConvertible {
    /// The name has no address.
    case unresolved(host: String, reason: String)
    case system(SystemError)
    /// Nothing happened in the time allowed.
    case timedOut(String)
    /// The certificate was not accepted, or the peer does not speak TLS.
    case tls(String)
    /// The peer closed the connection.
    case closed
    /// A signal to `wakeup` ended the attempt.
    case cancelled

    package var description: String {
        switch self {
        case .unresolved(let host, let reason): "cannot resolve '\(host)': \(reason)"
        case .system(let error): error.description
        case .timedOut(let what): "\(what): timed out"
        case .tls(let reason): "TLS: \(reason)"
        case .closed: "the peer closed the connection"
        case .cancelled: "cancelled"
        }
    }
}
