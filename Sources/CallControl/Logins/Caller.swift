package import Basics

/// Who makes a request: the user of a valid access token.
package struct Caller: Sendable, Equatable {
    /// As it is now, not as it was when the token was made.
    package let account: Account
    /// The id of the login, the claim `sid`.
    package let session: String
    /// The name of the session in keys and paths, such as `user_1001`: a place that a later login may take.
    package let place: String
    /// When the token ends.
    package let expiry: Timestamp

    /// A command on this machine, run by root or the user of the service.
    package static let local = Caller(
        account: Account("local", .superuser),
        session: "",
        place: "",
        expiry: Timestamp(microseconds: .max)
    )
}

/// Why a token gives no caller.
package enum CallerError: Error, Equatable {
    /// It is no token of this service.
    case invalid
    case expired
    /// Its session has ended.
    case revoked
}
