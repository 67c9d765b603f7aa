package import Basics

/// The claims of a JSON Web Token (RFC 7515, RFC 7519) whose signature and times are right.
///
/// There is one algorithm, HMAC with SHA-256 (`HS256`); a token that names another one, or none, is refused before its
/// signature is computed. So is one with a name twice in an object, with `crit`, or without `exp`. Pure: the caller
/// brings the time.
package struct SignedClaims: Sendable {
    private let claims: [String: JSONValue]
    /// The claim `exp`; a fraction of a second does not count.
    package let expiry: Timestamp

    /// The longest token, in bytes.
    package static let limit = 8192

    /// How far the clocks of issuer and verifier may differ, in seconds.
    package static let clockSkew = 30

    package subscript(_ name: String) -> JSONValue? { claims[name] }

    /// A token as text.
    ///
    /// - Parameter claims: a JSON object.
    /// - Returns: `nil` when it would be longer than `limit`, or OpenSSL fails.
    package static func signed(_ claims: [UInt8], with key: JSONWebToken.Key) -> String? {
        var header = JSONWriter()
        header.beginObject()
        header.required("alg", "HS256")
        header.required("typ", "JWT")
        header.endObject()
        let content = "\(Base64.urlEncoded(header.bytes)).\(Base64.urlEncoded(claims))"
        let signature = key.signature(of: Array(content.utf8)[...])
        let text = "\(content).\(Base64.urlEncoded(signature))"
        return signature.isEmpty || text.utf8.count > limit ? nil : text
    }

    /// Reads a token and checks its signature and its times.
    ///
    /// - Parameter keys: those that may have signed it, such as a new one and the one before.
    package init(_ text: String, keys: [JSONWebToken.Key], now: Timestamp) throws(JSONWebTokenError) {
        guard text.utf8.count <= Self.limit else { throw .malformed }
        let bytes = Array(text.utf8)
        let parts = bytes.split(separator: ASCII.dot, omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0]), let signature = Base64.urlDecoded(parts[2]) else {
            throw .malformed
        }
        guard header["alg"] == .string("HS256"), header["crit"] == nil else { throw .algorithm }
        // Nothing of the claims is read before this.
        let content = bytes[..<parts[1].endIndex]
        guard keys.contains(where: { Digest.areEqual(signature, $0.signature(of: content)) }) else { throw .signature }
        guard let claims = Self.object(parts[1]), let expiry = claims["exp"].flatMap(Self.time) else {
            throw .malformed
        }
        // The times lie between the years 0 and 9999, so no sum overflows.
        guard now.seconds < expiry.seconds + Self.clockSkew else { throw .expired }
        if let value = claims["nbf"] {
            guard let begin = Self.time(value) else { throw .malformed }
            guard now.seconds >= begin.seconds - Self.clockSkew else { throw .notYetValid }
        }
        self.claims = claims
        self.expiry = expiry
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
