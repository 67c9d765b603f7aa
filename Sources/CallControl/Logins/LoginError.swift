import Basics

/// Why a login, or a change of users, does not happen.
package enum LoginError: Error, Equatable {
    /// The name, the password, or both.
    case badCredentials
    /// Too many failed logins; so long it takes until one is tried again.
    case limited(Duration)
    /// Too many logins or changes wait.
    case busy
    /// The refresh token is unknown, or its session is over.
    case refused
    /// The refresh token was used before, so its session has ended.
    case reused
    /// A value that is not allowed, and why.
    case invalid(String)
    /// The caller's role may not do this.
    case forbidden(CallRole)
    case taken(String)
    case unknown(String)
    /// Another change came first.
    case changed(String)
    case lastSuperuser(String)
    /// The store does not work.
    case storeOff
    /// OpenSSL made no token, or libcrypt no hash.
    case failed

    init(_ error: any Error) {
        switch error {
        case let error as LoginError: self = error
        case AccountError.taken(let name): self = .taken(name)
        case AccountError.unknown(let name): self = .unknown(name)
        case AccountError.changed(let name): self = .changed(name)
        case AccountError.lastSuperuser(let name): self = .lastSuperuser(name)
        case is CallsKeeper.Busy: self = .busy
        default: self = .storeOff
        }
    }
}
