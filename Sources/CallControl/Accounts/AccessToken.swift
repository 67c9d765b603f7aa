package import Basics
package import HTTP

/// The token that comes with each request: a JSON Web Token with issuer `asterisk-connector` and audience `calls`.
///
/// It says who the user is and since which login; what the user may do is read from the account with each request, so
/// that a change of role counts at once.
package struct AccessToken: Sendable, Equatable {
    package let username: String
    /// The id of the `LoginSession`.
    package let session: String
    package let expiry: Timestamp

    private static let issuer = "asterisk-connector"
    private static let audience = "calls"

    package init(of session: LoginSession, at now: Timestamp, life: Duration) {
        username = session.username
        self.session = session.id
        expiry = now.adding(life)
    }

    /// The token as text; `nil` when OpenSSL fails.
    ///
    /// - Parameters:
    ///   - account: whose role, extension and permissions the client is shown.
    ///   - id: the claim `jti`, another one for each token.
    package func signed(with key: JSONWebToken.Key, for account: Account, id: String, at now: Timestamp) -> String? {
        var claims = JSONWriter()
        claims.beginObject()
        claims.required("iss", Self.issuer)
        claims.required("aud", Self.audience)
        claims.required("sub", username)
        claims.required("role", account.role.rawValue)
        claims.required("extension", account.extension)
        claims.key("permissions")
        claims.beginArray()
        for permission in CallPermission.allCases where account.permissions.contains(permission) {
            claims.string(permission.rawValue)
        }
        claims.endArray()
        claims.required("sid", session)
        claims.required("jti", id)
        claims.required("iat", now.seconds)
        claims.required("exp", expiry.seconds)
        claims.endObject()
        return SignedClaims.signed(claims.bytes, with: key)
    }

    /// Reads a token.
    ///
    /// - Parameter keys: the one that signs first, then those that did before.
    package init(_ text: String, keys: [JSONWebToken.Key], now: Timestamp) throws(JSONWebTokenError) {
        let claims = try SignedClaims(text, keys: keys, now: now)
        guard claims["iss"] == .string(Self.issuer), claims["aud"] == .string(Self.audience),
            let username = claims["sub"]?.string, let session = claims["sid"]?.string,
            Account.isUsername(username), !session.isEmpty
        else { throw .malformed }
        self.username = username
        self.session = session
        expiry = claims.expiry
    }
}
