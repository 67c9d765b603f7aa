package import Basics

/// What a client gets by a login or a refresh.
package struct LoginGrant: Sendable, Equatable {
    package let account: Account
    package let session: LoginSession
    /// The name of the session in keys and paths.
    package let place: String
    package let accessToken: String
    /// When the access token ends.
    package let expiry: Timestamp
    package let refreshToken: String
}
