package import Basics

/// A JSON Web Token (RFC 7515, RFC 7519) that gives its bearer a role until a time.
///
/// There is one algorithm, HMAC with SHA-256 (`HS256`); a token that names another one, or none, is refused. So is one
/// with a name twice in an object, with `crit`, or without `exp`. Pure: the caller brings the time.
package struct JSONWebToken: Sendable, Equatable {
    /// The claim `sub`; empty when there is none.
    package var subject: String
    /// The claim `role`; `"admin":true` is the role `admin` too.
    package var role: TokenRole
    /// The claim `exp`; a fraction of a second does not count.
    package var expiry: Timestamp

    /// The longest token, in bytes.
    package static let limit = 8192

    /// How far the clocks of issuer and verifier may differ, in seconds.
    package static let clockSkew = 30

    package init(subject: String, role: TokenRole, expiry: Timestamp) {
        self.subject = subject
        self.role = role
        self.expiry = expiry
    }

    /// The token as text.
    ///
    /// - Returns: `nil` when it would be longer than `limit`, or OpenSSL fails.
    package func signed(with key: Key) -> String? {
        var header = JSONWriter()
        header.beginObject()
        header.required("alg", "HS256")
        header.required("typ", "JWT")
        header.endObject()
        var claims = JSONWriter()
        claims.beginObject()
        claims.required("sub", subject)
        claims.required("role", role.rawValue)
        claims.required("exp", expiry.seconds)
        claims.endObject()
        let content = "\(Base64.urlEncoded(header.bytes)).\(Base64.urlEncoded(claims.bytes))"
        let signature = key.signature(of: Array(content.utf8)[...])
        let text = "\(content).\(Base64.urlEncoded(signature))"
        return signature.isEmpty || text.utf8.count > Self.limit ? nil : text
    }

    /// Reads a token and checks its signature and its times.
    package init(_ text: String, key: Key, now: Timestamp) throws(JSONWebTokenError) {
        guard text.utf8.count <= Self.limit else { throw .malformed }
        let bytes = Array(text.utf8)
        let parts = bytes.split(separator: ASCII.dot, omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0]), let signature = Base64.urlDecoded(parts[2]) else {
            throw .malformed
        }
        guard header["alg"] == .string("HS256"), header["crit"] == nil else { throw .algorithm }
        // Nothing of the claims is read before this.
        guard Digest.areEqual(signature, key.signature(of: bytes[..<parts[1].endIndex])) else { throw .signature }
        guard let claims = Self.object(parts[1]) else { throw .malformed }
        try self.init(claims, now.seconds)
    }

    private init(_ claims: [String: JSONValue], _ now: Int) throws(JSONWebTokenError) {
        guard let expiry = claims["exp"].flatMap(Self.time) else { throw .malformed }
        // The times lie between the years 0 and 9999, so no sum overflows.
        guard now < expiry.seconds + Self.clockSkew else { throw .expired }
        if let value = claims["nbf"] {
            guard let begin = Self.time(value) else { throw .malformed }
            guard now >= begin.seconds - Self.clockSkew else { throw .notYetValid }
        }
        guard case .string(let subject) = claims["sub"] ?? .string("") else { throw .malformed }
        guard let role = Self.role(claims) else { throw .noRole }
        self.init(subject: subject, role: role, expiry: expiry)
    }

    private static func role(_ claims: [String: JSONValue]) -> TokenRole? {
        if claims["admin"] == .boolean(true) { return .admin }
        return claims["role"]?.string.flatMap(TokenRole.init)
    }

    /// The members of an object in base64url; `nil` for anything else, and when two have the same name.
    private static func object(_ part: Bytes) -> [String: JSONValue]? {
        guard let bytes = Base64.urlDecoded(part), let members = (try? JSONParser.parse(bytes[...]))?.members else {
            return nil
        }
        var object: [String: JSONValue] = [:]
        for member in members where object.updateValue(member.value, forKey: member.name) != nil { return nil }
        return object
    }

    /// A NumericDate: any number, with or without a fraction; a time after the year 9999 is its last second.
    private static func time(_ value: JSONValue) -> Timestamp? {
        switch value {
        case .integer(let seconds): return Timestamp(seconds: seconds)
        case .number(let seconds):
            guard seconds.isFinite else { return nil }
            return Timestamp(seconds: Int(min(max(seconds.rounded(.down), -1e15), 1e15)))
        default: return nil
        }
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

        fileprivate func signature(of content: Bytes) -> [UInt8] { HMAC.sha256(content, key: bytes) }

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
