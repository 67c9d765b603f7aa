package import Basics

/// A JSON Web Token that gives its bearer a role until a time; `SignedClaims` says which tokens are accepted.
package struct JSONWebToken: Sendable, Equatable {
    /// The claim `sub`; empty when there is none.
    package var subject: String
    /// The claim `role`; `"admin":true` is the role `admin` too.
    package var role: TokenRole
    /// The claim `exp`; a fraction of a second does not count.
    package var expiry: Timestamp

    package init(subject: String, role: TokenRole, expiry: Timestamp) {
        self.subject = subject
        self.role = role
        self.expiry = expiry
    }

    /// The token as text.
    ///
    /// - Returns: `nil` when it would be longer than `SignedClaims.limit`, or OpenSSL fails.
    package func signed(with key: Key) -> String? {
        var claims = JSONWriter()
        claims.beginObject()
        claims.required("sub", subject)
        claims.required("role", role.rawValue)
        claims.required("exp", expiry.seconds)
        claims.endObject()
        return SignedClaims.signed(claims.bytes, with: key)
    }

    /// Reads a token and checks its signature and its times.
    package init(_ text: String, key: Key, now: Timestamp) throws(JSONWebTokenError) {
        let claims = try SignedClaims(text, keys: [key], now: now)
        guard case .string(let subject) = claims["sub"] ?? .string("") else { throw .malformed }
        guard let role = Self.role(claims) else { throw .noRole }
        self.init(subject: subject, role: role, expiry: claims.expiry)
    }

    private static func role(_ claims: SignedClaims) -> TokenRole? {
        if claims["admin"] == .boolean(true) { return .admin }
        return claims["role"]?.string.flatMap(TokenRole.init)
    }
}

extension JSONWebToken {
    /// The secret of issuer and verifier, which never shows itself.
    package struct Key: Sendable, CustomStringConvertible, CustomReflectable {
        private let bytes: [UInt8]

        /// The shortest key, in bytes: as long as a signature (RFC 7518, section 3.2).
        package static let minimum = 32

        /// - Returns: `nil` when there are fewer than `minimum` bytes.
        package init?(bytes: [UInt8]) {
            guard bytes.count >= Self.minimum else { return nil }
            self.bytes = bytes
        }

        /// - Returns: `nil` when the text has fewer than `minimum` bytes.
        package init?(_ secret: Secret) { self.init(bytes: Array(secret.revealed.utf8)) }

        func signature(of content: Bytes) -> [UInt8] { HMAC.sha256(content, key: bytes) }

        package var description: String { "********" }
        package var customMirror: Mirror { Mirror(self, children: []) }
    }
}

/// Why a token is not accepted.
package enum JSONWebTokenError: Error, Sendable, Equatable {
    /// It is not three parts of base64url with JSON objects, or a claim has the wrong type; or it is too long.
    case malformed
    /// Another algorithm than HS256, or an extension that must be understood.
    case algorithm
    case signature
    case expired
    /// Its `nbf` lies in the future.
    case notYetValid
    /// It has none of the known roles.
    case noRole

    /// Whether the token was signed with the key for certain, so that it is no attempt to guess one.
    package var isSigned: Bool {
        switch self {
        case .malformed, .algorithm, .signature: false
        case .expired, .notYetValid, .noRole: true
        }
    }
}

/// What the bearer of a token may do; each role includes those after it.
package enum TokenRole: String, Sendable, CaseIterable {
    case admin, `operator`, viewer, agent

    /// This role and those that it includes, as `Principal` and `Access.roles` have them.
    package var included: Set<String> {
        Set(Self.allCases.drop { $0 != self }.map(\.rawValue))
    }
}
