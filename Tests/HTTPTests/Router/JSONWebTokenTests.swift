import Basics
import TestSupport
import Testing

@testable import HTTP

struct JSONWebTokenTests {
    private static let bytes = Array("a key of at least thirty-two bytes".utf8)
    private static let now = Timestamp(seconds: 1_800_000_000)

    private static func key() throws -> JSONWebToken.Key { try #require(JSONWebToken.Key(bytes: bytes)) }

    /// A token with any header and claims, signed with the key.
    private static func signed(_ claims: String, header: String = #"{"alg":"HS256"}"#) -> String {
        let content = [header, claims].map { Base64.urlEncoded(Array($0.utf8)) }.joined(separator: ".")
        return "\(content).\(Base64.urlEncoded(HMAC.sha256(Array(content.utf8)[...], key: bytes)))"
    }

    /// The error for a token; `nil` when it is accepted.
    private static func problem(_ token: String, now: Timestamp = now) throws -> JSONWebTokenError? {
        let key = try key()
        do throws(JSONWebTokenError) {
            _ = try JSONWebToken(token, key: key, now: now)
            return nil
        } catch {
            return error
        }
    }

    @Test func `the signature of the example in RFC 7515 is right`() throws {
        let text = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
        let key = try #require(Base64.urlDecoded(Array(text.utf8)[...]).flatMap { JSONWebToken.Key(bytes: $0) })
        let token =
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
            + "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        #expect(throws: JSONWebTokenError.expired) { try JSONWebToken(token, key: key, now: Self.now) }
        #expect(throws: JSONWebTokenError.noRole) {
            try JSONWebToken(token, key: key, now: Timestamp(seconds: 1_300_819_379))
        }
        #expect(try Self.problem(token) == .signature)
    }

    @Test(arguments: TokenRole.allCases, ["", "agent \"7\" é"])
    func `a token that was made is read until it expires`(role: TokenRole, subject: String) throws {
        let token = JSONWebToken(subject: subject, role: role, expiry: Self.now.adding(seconds: 60))
        let text = try #require(token.signed(with: try Self.key()))
        #expect(try JSONWebToken(text, key: try Self.key(), now: Self.now) == token)
        #expect(try Self.problem(text, now: Self.now.adding(seconds: 89)) == nil)
        #expect(try Self.problem(text, now: Self.now.adding(seconds: 90)) == .expired)
        let other = try #require(JSONWebToken.Key(Secret("another key of thirty-two bytes...")))
        #expect(throws: JSONWebTokenError.signature) { try JSONWebToken(text, key: other, now: Self.now) }
    }

    @Test func `no changed character and no cut is accepted`() throws {
        let token = JSONWebToken(subject: "x", role: .viewer, expiry: Self.now.adding(seconds: 60))
        let text = try #require(token.signed(with: try Self.key()))
        let bytes = Array(text.utf8)
        let others = Array("AZaz09-_.=+/ \0é".utf8)
        for index in bytes.indices {
            #expect(try Self.problem(bytes[..<index].text) != nil, "cut at \(index)")
            #expect(try Self.problem(bytes[(index + 1)...].text) != nil, "cut before \(index)")
            // A change of one bit in the last character changes only bits that no byte has.
            for other in others + [bytes[index] ^ 1, bytes[index] ^ 2] where other != bytes[index] {
                var changed = bytes
                changed[index] = other
                #expect(try Self.problem(changed[...].text) != nil, "\(other) at \(index)")
            }
        }
        for longer in ["\(text).", "\(text)A", "\(text)=", ".\(text)", " \(text)", "\(text).\(text)"] {
            #expect(try Self.problem(longer) != nil)
        }
    }

    @Test(arguments: [
        #"{"alg":"none"}"#, #"{"alg":"None"}"#, #"{"alg":"HS384"}"#, #"{"alg":"RS256"}"#, #"{"alg":"hs256"}"#, "{}",
        #"{"alg":["HS256"]}"#, #"{"alg":"HS256","crit":["b64"],"b64":false}"#, #"{"alg":"HS256","crit":null}"#,
        #"{"alg":"none","alg":"HS256"}"#, #"{"alg":"HS256","alg":"HS256"}"#, #"["HS256"]"#, "", "HS256",
    ])
    func `a header with anything but HS256 is refused, also with a right signature`(header: String) throws {
        let claims = #"{"exp":1800000060,"role":"admin"}"#
        #expect([.algorithm, .malformed].contains(try Self.problem(Self.signed(claims, header: header))))
        let content = [header, claims].map { Base64.urlEncoded(Array($0.utf8)) }.joined(separator: ".")
        #expect(try Self.problem("\(content).") != nil)
        #expect(try Self.problem(content) == .malformed)
    }

    private static let claims: [(String, JSONWebTokenError?)] = [
        (#"{"exp":1800000060,"role":"viewer"}"#, nil), (#"{"exp":1.80000006e9,"role":"viewer"}"#, nil),
        (#"{"exp":1800000060.999,"role":"viewer"}"#, nil), (#"{"exp":1e300,"role":"viewer"}"#, nil),
        (#"{"exp":9223372036854775807,"role":"viewer"}"#, nil), (#"{"exp":92233720368547758070,"role":"viewer"}"#, nil),
        (#"{"exp":1e999,"role":"viewer"}"#, .malformed), (#"{"exp":-1e300,"role":"viewer"}"#, .expired),
        (#"{"exp":-9223372036854775807,"role":"viewer"}"#, .expired),
        (#"{"exp":1799999970,"role":"viewer"}"#, .expired),
        (#"{"exp":1799999971,"role":"viewer"}"#, nil), (#"{"role":"viewer"}"#, .malformed),
        (#"{"exp":"1800000060","role":"viewer"}"#, .malformed), (#"{"exp":null,"role":"viewer"}"#, .malformed),
        (#"{"exp":1,"exp":1800000060,"role":"viewer"}"#, .malformed),
        (#"{"exp":1800000060,"role":"viewer","nbf":1800000030}"#, nil),
        (#"{"exp":1800000060,"role":"viewer","nbf":1800000031}"#, .notYetValid),
        (#"{"exp":1800000060,"role":"viewer","nbf":1e300}"#, .notYetValid),
        (#"{"exp":1800000060,"role":"viewer","nbf":"x"}"#, .malformed),
        (#"{"exp":1800000060,"role":"viewer","sub":7}"#, .malformed), (#"{"exp":1800000060,"role":"root"}"#, .noRole),
        (#"{"exp":1800000060,"role":"Admin"}"#, .noRole), (#"{"exp":1800000060}"#, .noRole),
        (#"{"exp":1800000060,"admin":true}"#, nil), (#"{"exp":1800000060,"admin":"true"}"#, .noRole),
        (#"{"exp":1800000060,"admin":false,"role":"agent"}"#, nil), ("[]", .malformed), ("", .malformed),
    ]

    @Test(arguments: claims)
    func `claims decide whether a signed token is valid`(claims: String, expected: JSONWebTokenError?) throws {
        #expect(try Self.problem(Self.signed(claims)) == expected)
    }

    @Test func `an administrator by the claim admin has that role`() throws {
        let text = Self.signed(#"{"exp":1800000060,"admin":true,"role":"viewer","sub":"old"}"#)
        let token = try JSONWebToken(text, key: try Self.key(), now: Self.now)
        #expect(token.role == .admin && token.subject == "old")
        #expect(TokenRole.admin.included == ["admin", "operator", "viewer", "agent"])
        #expect(TokenRole.viewer.included == ["viewer", "agent"] && TokenRole.agent.included == ["agent"])
    }

    @Test func `a long token is neither made nor read, and a short key is none`() throws {
        let expiry = Self.now.adding(seconds: 60)
        let long = JSONWebToken(subject: String(repeating: "a", count: 6200), role: .agent, expiry: expiry)
        #expect(long.signed(with: try Self.key()) == nil)
        let claims = #"{"exp":1800000060,"role":"agent","x":"\#(String(repeating: "a", count: 6200))"}"#
        #expect(try Self.problem(Self.signed(claims)) == .malformed)
        #expect(JSONWebToken.Key(Secret(String(repeating: "k", count: 31))) == nil)
        #expect("\(try Self.key())" == "********")
    }

    @Test(arguments: HostileInput.kinds)
    func `no garbage is a token, as text, as header or as claims`(kind: HostileInput.Kind) throws {
        let text = kind.bytes(4000).text
        #expect(try Self.problem(text) != nil)
        #expect(try Self.problem(Self.signed(text)) != nil)
        #expect(try Self.problem(Self.signed(#"{"exp":1800000060,"role":"admin"}"#, header: text)) != nil)
    }
}
