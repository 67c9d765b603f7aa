package import Basics

/// One login of a user, until the logout or the end of its refresh tokens.
package struct LoginSession: Sendable, Equatable {
    /// `ami_session_` and 128 random bits; never used again.
    package let id: String
    package let username: String
    package let begin: Timestamp
    /// When no refresh token is accepted any more: a refresh does not move it.
    package let end: Timestamp
    package var ending: Ending?

    /// Why a session ended before its time.
    package enum Ending: String, Sendable, Equatable {
        case logout
        /// A refresh token was used twice: a copy is in other hands.
        case reuse
        /// The user was disabled, changed the password, or an administrator ended the session.
        case revoked
    }

    /// A session that begins now.
    package init(
        of username: String,
        at now: Timestamp,
        life: Duration,
        using generator: inout some RandomNumberGenerator
    ) {
        id = "ami_session_" + Self.text(of: 16, using: &generator)
        self.username = username
        begin = now
        end = now.adding(life)
    }

    init(id: String, username: String, begin: Timestamp, end: Timestamp, ending: Ending?) {
        self.id = id
        self.username = username
        self.begin = begin
        self.end = end
        self.ending = ending
    }

    /// Random bytes in base64url.
    static func text(of count: Int, using generator: inout some RandomNumberGenerator) -> String {
        Base64.urlEncoded((0..<count).map { _ in generator.next() })
    }
}

/// A refresh token as it is stored: only its digest is kept.
package struct RefreshToken: Sendable, Equatable {
    /// SHA-256 of the token's text.
    package let digest: [UInt8]
    package let session: String
    package var firstUse: Timestamp?

    /// A new token and its text, which only the client keeps: 256 random bits in base64url.
    package static func make(
        for session: String,
        using generator: inout some RandomNumberGenerator
    ) -> (token: RefreshToken, text: String) {
        let text = LoginSession.text(of: 32, using: &generator)
        return (RefreshToken(digest: digest(of: text), session: session), text)
    }

    package static func digest(of text: String) -> [UInt8] { Digest.sha256(Array(text.utf8)) }

    /// What a refresh with a token leads to.
    package enum Outcome: Sendable, Equatable {
        /// The session goes on with a new pair of tokens.
        case renewed
        /// Nothing is known of the token, or the session is over.
        case refused
        /// The token was used before: the whole session ends, with all its tokens.
        case reused
    }

    /// How long after its first use a token is still taken, since an answer may be lost, or two pages refresh at once.
    static let grace = Duration.seconds(10)

    /// Decides about a refresh; pure.
    ///
    /// - Parameters:
    ///   - session: the session of the token; `nil` when it is unknown.
    ///   - isDisabled: whether the user may not log in any more.
    func outcome(in session: LoginSession?, isDisabled: Bool, at now: Timestamp) -> Outcome {
        guard let session, session.ending == nil, now < session.end, !isDisabled else { return .refused }
        guard let firstUse, now >= firstUse.adding(Self.grace) else { return .renewed }
        return .reused
    }
}
