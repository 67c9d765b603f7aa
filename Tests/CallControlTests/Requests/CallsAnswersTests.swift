import Basics
import HTTP
import Testing

@testable import CallControl

struct CallsAnswersTests {
    private func answer(_ method: String, _ path: String, _ headers: HTTPHeaders = [:]) async throws -> String {
        var configuration = Router.Configuration()
        configuration.errors = CallsAnswers.errors
        configuration.accessFailures = CallsAnswers.accessFailures
        configuration.authentication = .token(Secret("right"), principal: Principal("anna", roles: ["agent"]))
        let router = try Router(
            [
                .immediate(.get, "/done", access: .open) { _ in
                    CallsAnswers.success(status: 202) { json in json.required("callId", "call_1") }
                },
                .immediate(.get, "/state", access: .open) { _ in throw CallsFailure.wrongState.because("Call is up") },
                .immediate(.get, "/bug", access: .open) { _ in throw CancelledByTest() },
                .immediate(.get, "/mine", access: .authenticated) { request in
                    throw CallsFailure.rateLimited.because("Too many requests", retryAfter: 7)
                },
                .immediate(.get, "/admin", access: .roles(["admin"])) { _ in CallsAnswers.success() },
            ],
            configuration
        )
        var headers = headers
        headers.append("X-Request-Id", "r1")
        let response = await router.answer(
            ServerRequest(method: method, path: path, query: [:], headers: headers, body: [])
        )
        let retry = response.headers["Retry-After"].map { " retry \($0)" } ?? ""
        return "\(response.status)\(retry) \(String(decoding: response.body, as: UTF8.self))"
    }

    private struct CancelledByTest: Error {}

    private func error(_ status: String, _ code: String, _ message: String) -> String {
        #"\#(status) {"success":false,"error":"\#(code)","message":"\#(message)","requestId":"r1"}"#
    }

    @Test func `success and failure have their forms`() async throws {
        #expect(try await answer("GET", "/done") == #"202 {"success":true,"callId":"call_1"}"#)
        #expect(try await answer("GET", "/state") == error("409", "WRONG_STATE", "Call is up"))
        #expect(try await answer("GET", "/bug") == error("500", "INTERNAL_ERROR", "internal error"))
        #expect(try await answer("GET", "/none") == error("404", "NOT_FOUND", "there is no such path"))
        #expect(
            try await answer("POST", "/done") == error("405", "INVALID_REQUEST", "the methods here are GET, HEAD")
        )
    }

    @Test func `failures of access have codes of their own`() async throws {
        #expect(try await answer("GET", "/mine") == error("401", "UNAUTHORIZED", "Unauthorized"))
        let wrong: HTTPHeaders = ["Authorization": "Bearer wrong"]
        #expect(try await answer("GET", "/mine", wrong) == error("401", "UNAUTHORIZED", "Unauthorized"))
        let right: HTTPHeaders = ["Authorization": "Bearer right"]
        #expect(try await answer("GET", "/mine", right) == error("429 retry 7", "RATE_LIMITED", "Too many requests"))
        #expect(try await answer("GET", "/admin", right) == error("403", "FORBIDDEN", "Role may not do this"))
    }

    @Test func `every failure of the router has a code, and every code a status of its class`() {
        for kind in RequestFailure.Kind.allCases { #expect(!CallsFailure(kind).rawValue.isEmpty) }
        for failure in CallsFailure.allCases { #expect(400...599 ~= failure.status) }
        #expect(CallsFailure.forbidden(.agent).description == "Role agent may not do this")
    }
}
