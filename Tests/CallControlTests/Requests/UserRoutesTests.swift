import Basics
import HTTP
import TestSupport
import Testing

@testable import CallControl

struct UserRoutesTests {
    private static let body = #"{"username":"eve","password":"a long new password","role":"agent"}"#

    @Test func `a user is registered, changed and disabled`() async throws {
        let port = try LoginPort(try await LoginsTesting())
        let token = try await port.token(of: "ada")
        let registered = try await port.users(
            .post,
            "register",
            #"{"username":"eve","password":"a long new password","role":"manager","extension":"1200","name":"Eve","#
                + #""permissions":["transfer_calls","make_calls"],"teams":["1002","1001"]}"#,
            token: token
        )
        func user(_ role: String, _ phone: String, disabled: Bool, version: Int) -> String {
            #"{"success":true,"user":{"username":"eve","role":"\#(role)","extension":"\#(phone)","name":"Eve","#
                + #""permissions":["make_calls","transfer_calls"],"teams":["1001","1002"],"#
                + #""disabled":\#(disabled),"version":\#(version)}}"#
        }
        #expect(registered.status == 201)
        #expect(registered.text == user("manager", "1200", disabled: false, version: 1))
        #expect(try await port.users(.post, "register", Self.body, token: token).outcome == "409 WRONG_STATE")

        let eve = try await port.login("eve", "a long new password").json?["jwt"]?.string
        let change = #"{"role":"agent","extension":"","version":1}"#
        #expect(
            try await port.users(.patch, "eve", change, token: token).text
                == user("agent", "", disabled: false, version: 2)
        )
        #expect(try await port.users(.patch, "eve", change, token: token).outcome == "409 VERSION_CONFLICT")
        #expect(try await port.send(.get, "/mine", token: eve).status == 200)
        #expect(
            try await port.users(.delete, "eve", token: token).text == user("agent", "", disabled: true, version: 3)
        )
        #expect(try await port.send(.get, "/mine", token: eve).outcome == "401 TOKEN_REVOKED")
        #expect(try await port.login("eve", "a long new password").outcome == "401 BAD_CREDENTIALS")
        #expect(try await port.users(.patch, "eve", #"{"disabled":false}"#, token: token).status == 200)
        #expect(try await port.login("eve", "a long new password").status == 200)
    }

    @Test(
        arguments: [
            ("anna", "403 FORBIDDEN", "403 FORBIDDEN", "403 FORBIDDEN", "Role agent may not do this"),
            ("mia", "403 FORBIDDEN", "403 FORBIDDEN", "403 FORBIDDEN", "Role manager may not do this"),
            ("ada", "201", "200", "403 FORBIDDEN", "Role admin may not do this"),
            ("root", "201", "200", "409 WRONG_STATE", "User root is the last superuser"),
        ]
    )
    func `roles decide who manages users`(
        name: String,
        register: String,
        change: String,
        disableRoot: String,
        why: String
    ) async throws {
        let port = try LoginPort(try await LoginsTesting())
        let token = try await port.token(of: name)
        #expect(try await port.users(.post, "register", Self.body, token: token).outcome == register)
        #expect(try await port.users(.patch, "bob", #"{"name":"Bob"}"#, token: token).outcome == change)
        let refused = try await port.users(.delete, "root", token: token)
        #expect(refused.outcome == disableRoot && refused.json?["message"] == .string(why))
    }

    @Test(
        arguments: [
            (#""username":"a b""#, "400 INVALID_REQUEST"), (#""username":"logout""#, "400 INVALID_REQUEST"),
            (#""role":"king""#, "400 INVALID_REQUEST"), (#""extension":"12@evil""#, "400 INVALID_REQUEST"),
            (#""extension":"1999""#, "422 TARGET_INVALID"), (#""name":"a\nb""#, "400 INVALID_REQUEST"),
            (#""permissions":["fly"]"#, "400 INVALID_REQUEST"), (#""permissions":"*""#, "400 INVALID_REQUEST"),
            (#""teams":["x"]"#, "400 INVALID_REQUEST"), (#""teams":[1]"#, "400 INVALID_REQUEST"),
            (#""password":"short""#, "400 INVALID_REQUEST"), (#""disabled":true"#, "400 INVALID_REQUEST"),
            (#""permissions":["*"]"#, "201"), (#""teams":null"#, "201"),
        ]
    )
    func `each field of a new user is checked`(field: String, outcome: String) async throws {
        let port = try LoginPort(try await LoginsTesting())
        let token = try await port.token(of: "ada")
        let name = field.prefix { $0 != ":" }
        let others = [#""username":"eve""#, #""password":"a long new password""#, #""role":"agent""#]
        let body = "{\((others.filter { !$0.hasPrefix(name) } + [field]).joined(separator: ","))}"
        #expect(try await port.users(.post, "register", body, token: token).outcome == outcome)
    }

    @Test func `an unknown user is not found`() async throws {
        let port = try LoginPort(try await LoginsTesting())
        let token = try await port.token(of: "ada")
        #expect(try await port.users(.patch, "nobody", "{}", token: token).outcome == "404 USER_NOT_FOUND")
        #expect(try await port.users(.delete, "nobody", token: token).outcome == "404 USER_NOT_FOUND")
    }
}
