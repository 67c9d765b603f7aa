import Basics
import Testing

@testable import HTTP

/// Tokens with roles, answered with texts of the service.
struct AuthenticationTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let secret = Secret("a key of at least thirty-two bytes")
    private static let fixed = Secret("sixteen-bytes-or-more")

    private static func router(fixed: Secret? = fixed, secret: Secret? = secret) throws -> Router {
        let invalid = RequestFailure(.loginRefused, status: 403, "Invalid admin token")
        var configuration = Router.Configuration()
        configuration.authentication = .tokens(
            fixed: fixed,
            key: secret.flatMap { JSONWebToken.Key($0) },
            header: "X-Admin-Token",
            invalid: invalid,
            now: { now }
        )
        configuration.accessFailures.missing = RequestFailure(.unauthenticated, status: 403, "Not authenticated")
        configuration.accessFailures.refused = invalid
        configuration.accessFailures.forbidden = RequestFailure(.forbidden, "Invalid admin token")
        configuration.failedLogins = FailedLogins(limit: 2)
        configuration.errors = ErrorFormat { failure, _ in
            ServerResponse(status: failure.status, text: "\(failure.code): \(failure)")
        }
        return try Router(
            TokenRole.allCases.map { role in
                .immediate(.get, "/\(role.rawValue)", access: .roles([role.rawValue])) {
                    ServerResponse(status: 200, text: $0.principal?.name ?? "nobody")
                }
            },
            configuration
        )
    }

    private static func bearer(_ token: String) -> HTTPHeaders { ["Authorization": "Bearer \(token)"] }

    private static func token(_ role: TokenRole, subject: String = "", seconds: Int = 60) throws -> String {
        let token = JSONWebToken(subject: subject, role: role, expiry: now.adding(seconds: seconds))
        return try #require(JSONWebToken.Key(secret).flatMap { token.signed(with: $0) })
    }

    private func ask(_ router: Router, _ path: String, _ headers: HTTPHeaders) async -> String {
        let answer = await router.answer(ServerRequest(method: "GET", path: path, headers: headers))
        #expect(answer.headers["WWW-Authenticate"] == nil)
        return "\(answer.status) \(answer.text)"
    }

    @Test func `a role opens its routes and those of lower roles`() async throws {
        let router = try Self.router()
        for (index, role) in TokenRole.allCases.enumerated() {
            for (place, path) in TokenRole.allCases.enumerated() {
                let expected = place >= index ? "200 \(role.rawValue)" : "403 forbidden: Invalid admin token"
                let headers = Self.bearer(try Self.token(role))
                #expect(await ask(router, "/\(path.rawValue)", headers) == expected)
            }
        }
        #expect(await ask(router, "/viewer", Self.bearer(try Self.token(.admin, subject: "Ann"))) == "200 Ann")
        let own: HTTPHeaders = ["X-Admin-Token": try Self.token(.admin), "Authorization": "Basic eA=="]
        #expect(await ask(router, "/admin", own) == "200 admin")
    }

    @Test func `the fixed token is an administrator, in either header`() async throws {
        let fixed = Self.fixed.revealed
        for router in [try Self.router(), try Self.router(secret: nil)] {
            #expect(await ask(router, "/admin", Self.bearer(fixed)) == "200 admin")
            #expect(await ask(router, "/agent", ["X-Admin-Token": fixed]) == "200 admin")
        }
    }

    @Test func `the service's texts answer missing, wrong and expired tokens; only wrong ones count`() async throws {
        let router = try Self.router()
        #expect(await ask(router, "/agent", [:]) == "403 unauthenticated: Not authenticated")
        let expired = Self.bearer(try Self.token(.admin, seconds: -31))
        for _ in 0..<5 { #expect(await ask(router, "/agent", expired) == "403 login_refused: Invalid admin token") }
        for headers in [Self.bearer("wrong"), ["X-Admin-Token": ""]] {
            #expect(await ask(router, "/agent", headers) == "403 login_refused: Invalid admin token")
        }
        #expect(await ask(router, "/agent", ["Authorization": "Basic eA=="]).hasPrefix("429 "))
        #expect(await ask(router, "/agent", Self.bearer(try Self.token(.agent))) == "200 agent")
    }

    @Test func `without a fixed token and a key every token is refused`() async throws {
        let router = try Self.router(fixed: nil, secret: nil)
        #expect(await ask(router, "/agent", Self.bearer(try Self.token(.admin))).hasPrefix("403 login_refused"))
        #expect(await ask(router, "/agent", Self.bearer("")).hasPrefix("403 login_refused"))
        #expect(await ask(try Self.router(fixed: nil, secret: nil), "/agent", [:]).hasPrefix("403 unauth"))
    }
}
