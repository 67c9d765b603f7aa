package import Basics

/// Why a session with Asterisk could not begin or ended, or why an action failed; each text says what to do next.
package enum AMIError: Error, Equatable, CustomStringConvertible {
    /// The network refused or broke.
    case network(NetworkError)
    /// The peer is not an Asterisk manager.
    case notAsterisk(greeting: String)
    /// Asterisk closed the connection before its greeting.
    case closedUngreeted
    /// Asterisk refused the user; `message` is Asterisk's own text.
    case loginRefused(user: String, message: String)
    /// Nothing arrived in the time allowed.
    case silent(String)
    /// An action's name or header holds a line break, or the action is longer than Asterisk reads.
    case invalidAction(String)
    /// Asterisk answered an action with an error.
    case actionRefused(action: String, message: String)
    /// No complete answer to an action arrived in time; whether Asterisk acted on it is unknown.
    case unanswered(action: String)
    /// The list that answers an action is longer than the limit.
    case listTooLong(action: String)
    /// The session ended before the answer to an action; whether Asterisk acted on it is unknown.
    case connectionLost(action: String)
    /// An action was to be sent while not logged in; it was not sent.
    case notConnected

    /// Whether Asterisk itself refused the login: a quick retry would only lock the user out for longer.
    package var isRefusal: Bool {
        if case .loginRefused = self { true } else { false }
    }

    /// Whether there was no session, or it ended before the answer.
    package var isLoss: Bool {
        switch self {
        case .notConnected, .connectionLost: true
        default: false
        }
    }

    package var description: String {
        switch self {
        case .network(let error):
            "\(error); check AMI_HOST, AMI_PORT, and 'enabled' and 'bindaddr' in manager.conf"
        case .notAsterisk(let greeting):
            "the peer greeted with '\(greeting)' and not as an Asterisk manager; check AMI_HOST, AMI_PORT and AMI_TLS"
        case .closedUngreeted:
            "Asterisk closed the connection without a greeting; too many unauthenticated sessions (authlimit in"
                + " manager.conf), a firewall, or a TLS port spoken to without AMI_TLS"
        case .loginRefused(let user, let message):
            "Asterisk refused the user '\(user)': \(message); possible reasons: no section [\(user)] in manager.conf,"
                + " another secret, this host not within permit/deny, or allowmultiplelogin=no and a session already"
                + " open; 'manager show user \(user)' and Asterisk's log tell which"
        case .silent(let what):
            "\(what); the connection is dead or Asterisk hangs: try 'asterisk -rx \"core show uptime\"'"
        case .invalidAction(let reason): "the action cannot be sent: \(reason)"
        case .actionRefused(let action, let message): "Asterisk refused the action \(action): \(message)"
        case .unanswered(let action):
            "Asterisk did not answer the action \(action) in time, and may have done it; see its log, and whether it is"
                + " overloaded"
        case .listTooLong(let action):
            "the answer to the action \(action) has more items than are kept; see how many channels Asterisk has"
        case .connectionLost(let action):
            "the session with Asterisk ended before the answer to the action \(action), which may have been done; see"
                + " the log for the reason"
        case .notConnected: "not logged in to Asterisk; see the log for the reason"
        }
    }
}
