import Basics
import HTTP

/// No input is a token by itself; one that is signed is valid only for claims with a role and a time.
enum TokenProperties {
    private static let secret = Array("a key of at least thirty-two bytes".utf8)
    private static let now = Timestamp(seconds: 1_800_000_000)

    static func problem(_ input: [UInt8]) -> String? {
        guard let key = JSONWebToken.Key(bytes: secret) else { return "no key" }
        if (try? JSONWebToken(input[...].text, key: key, now: now)) != nil { return "a forged token" }
        let header = Array(#"{"alg":"HS256"}"#.utf8)
        let content = "\(Base64.urlEncoded(header)).\(Base64.urlEncoded(input))"
        let signature = Base64.urlEncoded(HMAC.sha256(Array(content.utf8)[...], key: secret))
        guard let token = try? JSONWebToken("\(content).\(signature)", key: key, now: now) else { return nil }
        guard token.expiry.seconds > now.seconds - SignedClaims.clockSkew else { return "an expired token" }
        guard let text = token.signed(with: key) else { return "a token that cannot be made" }
        guard let again = try? JSONWebToken(text, key: key, now: now) else { return "a token that is made and refused" }
        return again == token ? nil : "another token after making it again"
    }
}
