import Basics
import HTTP
import TestSupport
import Testing

@testable import CallControl

struct LoginRoutesTests {
    @Test func `the answer to a login has all members in their order`() async throws {
        let port = try LoginPort(try await LoginsTesting())
        let answer = try await port.login("anna")
        let json = try #require(answer.json)
        let (jwt, refresh) = (try #require(json["jwt"]?.string), try #require(json["refreshToken"]?.string))
        let session = try #require(json["ami"]?["sessionId"]?.string)
        #expect(session.hasPrefix("ami_session_"))
        let permissions = #""permissions":["make_calls","hold_calls"]"#
        let ami = #"{"username":"anna","extension":"1001",\#(permissions),"sessionId":"\#(session)"}"#
        let redis = #"{"sessionKey":"session:user_1001","expiresAt":1800043200000}"#
        let user = #"{"username":"anna","role":"agent","extension":"1001","teams":[]}"#
        #expect(
            answer.text
                == #"{"success":true,"jwt":"\#(jwt)","refreshToken":"\#(refresh)","expiresAt":1800000900000,"#
                + #""ami":\#(ami),"redis":\#(redis),"user":\#(user)}"#
        )
        #expect(answer.headers["Cache-Control"] == "no-store")
        #expect(try await port.send(.get, "/mine", token: jwt).text == #"{"success":true,"place":"user_1001"}"#)
    }

    @Test func `a wrong name and a wrong password have the same answer`() async throws {
        let port = try LoginPort(try await LoginsTesting())
        let (name, password) = (try await port.login("nobody"), try await port.login("anna", "wrong"))
        #expect(name.outcome == "401 BAD_CREDENTIALS" && password.outcome == name.outcome)
        #expect(name.json?["message"] == .string("Wrong username or password"))
        #expect(port.testing.work.done.compared.count == 2)
    }

    @Test func `refresh tokens rotate, and a late second use ends the session`() async throws {
        let port = try LoginPort(try await LoginsTesting())
        let first = try await port.login("anna")
        let second = try await port.refresh(first)
        #expect(second.status == 200 && second.json?["ami"] == first.json?["ami"])
        let token = try #require(second.json?["jwt"]?.string)
        #expect(try await port.send(.get, "/mine", token: token).status == 200)
        port.testing.advance(11)
        #expect(try await port.refresh(first).outcome == "401 TOKEN_REVOKED")
        #expect(try await port.send(.get, "/mine", token: token).outcome == "401 TOKEN_REVOKED")
        #expect(try await port.refresh(second).outcome == "401 UNAUTHORIZED")
        #expect(port.testing.ended.ids == [first.json?["ami"]?["sessionId"]?.string])
    }

    @Test func `each way to have no right token has its code`() async throws {
        let port = try LoginPort(try await LoginsTesting())
        let token = try await port.token(of: "anna")
        #expect(try await port.send(.get, "/mine").outcome == "401 UNAUTHORIZED")
        #expect(try await port.send(.get, "/mine", token: "x").outcome == "401 UNAUTHORIZED")
        #expect(try await port.send(.get, "/mine").headers["WWW-Authenticate"] == "Bearer")
        #expect(try await port.send(.get, "/open", token: token).outcome == "401 UNAUTHORIZED")
        #expect(try await port.send(.get, "/managers", token: token).outcome == "403 FORBIDDEN")
        #expect(try await port.send(.get, "/managers", token: port.token(of: "root")).status == 200)
        port.testing.advance(930)
        #expect(try await port.send(.get, "/mine", token: token).outcome == "401 TOKEN_EXPIRED")
        let next = try await port.token(of: "anna")
        #expect(try await port.users(.delete, "logout", token: next).text == #"{"success":true}"#)
        #expect(try await port.send(.get, "/mine", token: next).outcome == "401 TOKEN_REVOKED")
    }

    @Test func `after five failures the answer says when to come back`() async throws {
        let port = try LoginPort(try await LoginsTesting())
        for _ in 1...5 { #expect(try await port.login("anna", "wrong").outcome == "401 BAD_CREDENTIALS") }
        port.testing.advance(25)
        let refused = try await port.login("anna")
        #expect(refused.outcome == "429 RATE_LIMITED" && refused.headers["Retry-After"] == "35")
        #expect(port.testing.work.done.compared.count == 5)
        port.testing.advance(35)
        #expect(try await port.login("anna").status == 200)
    }

    @Test func `a store that cannot be written is told as such`() async throws {
        let port = try LoginPort(try await LoginsTesting())
        let login = try await port.login("root")
        let token = login.json?["jwt"]?.string
        try await port.testing.failWrites()
        let refused = try await port.login("anna")
        #expect(refused.outcome == "503 DATABASE_OFF" && refused.headers["Retry-After"] == "5")
        #expect(try await port.refresh(login).outcome == "503 DATABASE_OFF")
        #expect(try await port.users(.delete, "logout", token: token).outcome == "503 DATABASE_OFF")
        #expect(try await port.users(.delete, "anna", token: token).outcome == "503 DATABASE_OFF")
        #expect(try await port.send(.get, "/mine", token: token).status == 200)
    }

    @Test(
        arguments: [
            ("[]", "the body is not a JSON object"), ("", "username is missing"),
            (#"{"username":"anna"}"#, "password is missing"),
            (#"{"username":1,"password":"x"}"#, "username is not a text"),
            (#"{"username":"a","password":"x","otp":"1"}"#, "otp is not a field of this request"),
            (#"{"username":"a","username":"b","password":"x"}"#, "username is there twice"),
        ]
    )
    func `a wrong body is refused with the name of the field`(body: String, message: String) async throws {
        let port = try LoginPort(try await LoginsTesting())
        let answer = try await port.users(.post, "login", body)
        #expect(answer.outcome == "400 INVALID_REQUEST" && answer.json?["message"] == .string(message))
        #expect(try await port.users(.post, "login", "{").outcome == "400 INVALID_REQUEST")
        #expect(port.testing.work.done.compared.isEmpty)
    }

    @Test func `the own password is changed`() async throws {
        let port = try LoginPort(try await LoginsTesting())
        let token = try await port.token(of: "anna")
        let old = LoginsTesting.password.revealed
        func change(_ old: String, _ new: String) async throws -> String {
            try await port.users(.post, "password", #"{"old":"\#(old)","new":"\#(new)"}"#, token: token).outcome
        }
        #expect(try await change(old, "short") == "400 INVALID_REQUEST")
        #expect(try await change("wrong", "a new long password") == "401 BAD_CREDENTIALS")
        #expect(try await change(old, "a new long password") == "200")
        #expect(try await port.login("anna").outcome == "401 BAD_CREDENTIALS")
        #expect(try await port.login("anna", "a new long password").status == 200)
    }
}
