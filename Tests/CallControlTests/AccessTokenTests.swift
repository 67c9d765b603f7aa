import Basics
import CallControl
import HTTP
import Testing

struct AccessTokenTests {
    private let now = Timestamp(seconds: 1_800_000_000)
    private let account = Account("anna", .agent, extension: "1001", permissions: [.holdCalls, .makeCalls])

    private func key(_ letter: String) throws -> JSONWebToken.Key {
        try #require(JSONWebToken.Key(Secret(String(repeating: letter, count: 32))))
    }

    private func session() -> LoginSession {
        var generator = SplitMix64()
        return LoginSession(of: "anna", at: now, life: .seconds(3600), using: &generator)
    }

    @Test func `a token says who and since which login, until it ends`() throws {
        let session = session()
        let token = AccessToken(of: session, at: now, life: .seconds(900))
        let text = try #require(token.signed(with: key("a"), for: account, id: "1", at: now))
        let read = try AccessToken(text, keys: [key("a")], now: now.adding(seconds: 929))
        #expect(read == token && read.session == session.id && read.username == "anna")
        let (ok, late) = (try key("a"), now.adding(seconds: 930))
        #expect(throws: JSONWebTokenError.expired) { try AccessToken(text, keys: [ok], now: late) }
    }

    @Test func `a key that signed before still verifies, one that was removed does not`() throws {
        let text = try #require(
            AccessToken(of: session(), at: now, life: .seconds(900)).signed(
                with: key("a"),
                for: account,
                id: "1",
                at: now
            )
        )
        let (old, new) = (try key("a"), try key("b"))
        #expect(try AccessToken(text, keys: [new, old], now: now).username == "anna")
        #expect(throws: JSONWebTokenError.signature) { try AccessToken(text, keys: [new], now: now) }
    }

    @Test func `the claims are those that clients of the original service read`() throws {
        let text = try #require(
            AccessToken(of: session(), at: now, life: .seconds(900)).signed(
                with: key("a"),
                for: account,
                id: "7",
                at: now
            )
        )
        let claims = try SignedClaims(text, keys: [key("a")], now: now)
        #expect(claims["iss"] == .string("asterisk-connector") && claims["aud"] == .string("calls"))
        #expect(claims["role"] == .string("agent") && claims["extension"] == .string("1001"))
        #expect(claims["permissions"] == .array([.string("make_calls"), .string("hold_calls")]))
        #expect(claims["jti"] == .string("7") && claims["iat"] == .integer(1_800_000_000))
    }

    @Test(arguments: [
        #"{"iss":"other","aud":"calls","sub":"anna","sid":"s","exp":1800000900}"#,
        #"{"iss":"asterisk-connector","aud":"callerid","sub":"anna","sid":"s","exp":1800000900}"#,
        #"{"iss":"asterisk-connector","aud":"calls","sub":"anna","exp":1800000900}"#,
        #"{"iss":"asterisk-connector","aud":"calls","sub":"an na","sid":"s","exp":1800000900}"#,
        #"{"iss":"asterisk-connector","aud":"calls","sub":7,"sid":"s","exp":1800000900}"#,
    ])
    func `a signed token of another kind is none`(claims: String) throws {
        let key = try key("a")
        let text = try #require(SignedClaims.signed(Array(claims.utf8), with: key))
        #expect(throws: JSONWebTokenError.malformed) { try AccessToken(text, keys: [key], now: now) }
    }
}
