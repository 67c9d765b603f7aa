import Basics
import TestSupport
import Testing

@testable import HTTP

/// The checks before the handlers, without a server.
struct RouterTests {
    private static let echo: Route.ImmediateHandler = { request in
        ServerResponse(status: 200, text: "\(request.method) \(request["id"]) \(request.principal?.name ?? "nobody")")
    }

    private static let authentication = Authentication.any(of: [
        .basic(username: "alice", password: Secret("pä:ss"), realm: "test", roles: ["viewer"]),
        .token(Secret("admin-token"), principal: Principal("root", roles: ["admin", "viewer"])),
        .token(Secret("key"), header: "X-Api-Key", principal: Principal("program")),
    ])

    private static func router(_ change: (inout Router.Configuration) -> Void = { _ in }) throws -> Router {
        var configuration = Router.Configuration()
        configuration.authentication = authentication
        change(&configuration)
        var options = Route.Options()
        options.bodyLimit = 3
        var silent = Route.Options()
        silent.answersHead = false
        silent.errors = .text
        silent.allowsOtherOrigins = false
        return try Router(
            [
                .immediate(.get, "/open/{id}", access: .open, handler: echo),
                .immediate(.get, "/optional", access: .optional, handler: echo),
                .immediate(.get, "/any", access: .authenticated, handler: echo),
                .immediate(.get, "/view", access: .roles(["viewer", "operator"]), handler: echo),
                .immediate(.delete, "/admin", access: .roles(["admin"]), handler: echo),
                .immediate(.get, "/silent", access: .open, options: silent, handler: echo),
                .immediate(.post, "/json", access: .open) { ServerResponse(status: 200, text: "\(try $0.json())") },
                .immediate(.post, "/fails", access: .open) { _ in
                    throw RequestFailure(
                        status: 409,
                        code: "wrong_state",
                        "Call is \"up\"",
                        headers: ["Retry-After": "2"]
                    )
                },
                .immediate(.post, "/bug", access: .open) { _ in throw HTTPError.other("secret 4165551234") },
                Route(.post, "/later/{id}", access: .open, options: options) { request in
                    await Task.yield()
                    return ServerResponse(status: 202, text: "\(request["id"]) \(request.body.count)")
                },
            ],
            configuration
        )
    }

    private func ask(
        _ router: Router,
        _ method: String,
        _ path: String,
        _ headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        address: String = "192.0.2.1"
    ) async -> ServerResponse {
        await router.answer(
            ServerRequest(method: method, path: path, headers: headers, body: body, peer: IPAddress(address))
        )
    }

    private static func basic(_ text: String) -> HTTPHeaders {
        ["Authorization": "Basic \(Base64.encoded(Array(text.utf8)))"]
    }

    private static let wrong: [HTTPHeaders] = [
        basic("alice:wrong"), basic("alice"), basic("bob:pä:ss"), basic(""), ["Authorization": ""],
        ["Authorization": "Basic"], ["Authorization": "Basic a b"], ["Authorization": "Bearer"],
        ["Authorization": "Bearer admin-toke"], ["Authorization": "Bearer admin-token x"], ["X-Api-Key": ""],
        ["Authorization": "Digest admin-token"], ["Authorization": "admin-token"],
    ]

    private static let admin: HTTPHeaders = ["Authorization": "bEARER admin-token"]

    @Test func `who may use a route depends on its access and on the credentials`() async throws {
        let router = try Self.router()
        for headers in Self.wrong {
            #expect(await ask(router, "GET", "/open/1", headers).text == "GET 1 nobody")
            for path in ["/optional", "/any", "/view"] {
                let answer = await ask(router, "GET", path, headers)
                #expect(answer.status == 401, "\(path) \(headers.fields.map(\.value))")
                #expect(answer.headers["WWW-Authenticate"] == #"Basic realm="test", charset="UTF-8""#)
            }
        }
        for (headers, name, statuses): (HTTPHeaders, String, [Int]) in [
            ([:], "nobody", [200, 401, 401, 401]), (Self.basic("alice:pä:ss"), "alice", [200, 200, 200, 403]),
            (Self.admin, "root", [200, 200, 200, 200]), (["X-Api-Key": "key"], "program", [200, 200, 403, 403]),
        ] {
            for ((method, path), status) in zip(
                [("GET", "/optional"), ("GET", "/any"), ("GET", "/view"), ("DELETE", "/admin")],
                statuses
            ) {
                let answer = await ask(router, method, path, headers)
                #expect(answer.status == status, "\(name) \(path)")
                if status == 200 { #expect(answer.text == "\(method)  \(name)") }
            }
        }
    }

    @Test func `only the right name with the right password is the user`() {
        func judge(_ header: String?) -> String {
            let headers = header.map { ["Authorization": $0] as HTTPHeaders } ?? [:]
            let way = Authentication.basic(username: "admin", password: Secret("päss:word"), realm: "x")
            let request = ServerRequest(method: "GET", path: "/", headers: headers)
            return switch way.outcome(of: request, RequestClient(request, proxies: [], isTLS: false)) {
            case .accepted(let principal): principal.name
            case .missing: "missing"
            case .refused: "refused"
            case .denied: "denied"
            }
        }
        #expect(judge(nil) == "missing")
        let right = Base64.encoded(Array("admin:päss:word".utf8))
        for header in ["Basic \(right)", "basic  \(right)"] { #expect(judge(header) == "admin") }
        let others = ["admin:päss:wor", "admin:päss:word2", "Admin:päss:word", ":", "", "admin", "päss:word"]
        for text in others { #expect(judge("Basic \(Base64.encoded(Array(text.utf8)))") == "refused") }
        for header in ["", "Basic", "Bearer \(right)", right, "Basic \(right) x"] {
            #expect(judge(header) == "refused", "\(header)")
        }
    }

    @Test func `after too many wrong logins only right ones are checked`() async throws {
        let router = try Self.router { $0.failedLogins = FailedLogins(limit: 3) }
        for status in [401, 401, 401, 429, 429] {
            #expect(await ask(router, "GET", "/any", ["Authorization": "Bearer x"]).status == status)
        }
        let last = await ask(router, "GET", "/any", ["Authorization": "Bearer x"])
        #expect((1...60).contains(Int(last.headers["Retry-After"] ?? "") ?? 0))
        #expect(await ask(router, "GET", "/any", Self.admin).status == 200)
        #expect(await ask(router, "GET", "/any", ["Authorization": "Bearer x"], address: "192.0.2.2").status == 401)
    }

    @Test func `a client may be denied by its address, which is no failed login`() async throws {
        let network = try #require(IPNetwork("192.0.2.0/24"))
        let router = try Self.router {
            $0.failedLogins = FailedLogins(limit: 1)
            $0.trustedProxies = [IPNetwork("10.0.0.1")].compactMap(\.self)
            $0.authentication = Authentication(challenge: nil) { head, client in
                guard client.address.map(network.contains) ?? false else {
                    return .denied(RequestFailure(status: 403, code: "address", "not from there"))
                }
                return head.headers["X-Key"] == "right" ? .accepted(Principal("x")) : .refused()
            }
        }
        for _ in 0..<3 { #expect(await ask(router, "GET", "/any", address: "198.51.100.1").status == 403) }
        let far: HTTPHeaders = ["X-Forwarded-For": "198.51.100.1", "X-Key": "right"]
        #expect(await ask(router, "GET", "/any", far, address: "10.0.0.1").status == 403)
        let near: HTTPHeaders = ["X-Forwarded-For": "192.0.2.9", "X-Key": "right"]
        #expect(await ask(router, "GET", "/any", near, address: "10.0.0.1").status == 200)
        #expect(await ask(router, "GET", "/any", near, address: "10.0.0.2").status == 403)
        let wrong = await ask(router, "GET", "/any", ["X-Key": "wrong"])
        #expect(wrong.status == 401 && wrong.headers["WWW-Authenticate"] == nil)
        #expect(await ask(router, "GET", "/any", ["X-Key": "wrong"]).status == 429)
    }

    @Test func `an unknown path, another method and HEAD are answered without a handler`() async throws {
        let router = try Self.router()
        let unknown = await ask(router, "GET", "/nowhere?x=1")
        #expect(unknown.status == 404 && unknown.headers["Content-Type"] == "application/json")
        #expect(unknown.text.hasPrefix(#"{"error":"there is no such path","code":"not_found","request_id":""#))
        let other = await ask(router, "POST", "/open/1")
        #expect(other.status == 405 && other.headers["Allow"] == "GET, HEAD")
        #expect(await ask(router, "HEAD", "/open/1").text == "HEAD 1 nobody")
        let silent = await ask(router, "HEAD", "/silent")
        #expect(silent.status == 405 && silent.headers["Allow"] == "GET")
        #expect(await ask(router, "OPTIONS", "/silent").status == 405)
        #expect(await ask(router, "OPTIONS", "*").status == 404)
    }

    @Test func `paths may be hidden from those without credentials`() async throws {
        let router = try Self.router { $0.unknownPaths = .authenticated }
        #expect(await ask(router, "GET", "/nowhere").status == 401)
        #expect(await ask(router, "PUT", "/open/1").status == 401)
        #expect(await ask(router, "GET", "/nowhere", Self.admin).status == 404)
        #expect(await ask(router, "GET", "/open/1").status == 200)
    }

    @Test func `a failure has the form of the table or of its route`() async throws {
        let router = try Self.router()
        let failure = await ask(router, "POST", "/fails", ["X-Request-Id": "a.B-1_"])
        #expect(failure.status == 409 && failure.headers["Retry-After"] == "2")
        #expect(failure.text == #"{"error":"Call is \"up\"","code":"wrong_state","request_id":"a.B-1_"}"#)
        let bug = await ask(router, "POST", "/bug")
        #expect(bug.status == 500 && !bug.text.contains("secret") && bug.text.contains("internal error"))
        #expect(await ask(router, "POST", "/json", body: Array("{".utf8)).status == 400)
        #expect(await ask(router, "POST", "/json", body: Array("[]".utf8)).status == 200)
        #expect(await ask(router, "POST", "/json", body: [UInt8](repeating: 32, count: 65537)).status == 413)
        #expect(await ask(router, "POST", "/later/1", body: [1, 2, 3]).text == "1 3")
        #expect(await ask(router, "POST", "/later/1", body: [1, 2, 3, 4]).status == 413)
    }

    @Test func `each answer has a request id and the headers of the table, and keeps its own`() async throws {
        let router = try Self.router { $0.headers = ["Cache-Control": "no-store", "Content-Type": "text/x"] }
        for (path, given) in [("/open/1", "id-1"), ("/nowhere", "id-2"), ("/any", String(repeating: "x", count: 64))] {
            let answer = await ask(router, "GET", path, ["X-Request-ID": given])
            #expect(answer.headers.values("x-request-id") == [given])
            #expect(answer.headers["Cache-Control"] == "no-store")
            #expect(answer.headers.values("Content-Type").count == 1 && answer.headers["Content-Type"] != "text/x")
        }
        var made: Set<String> = []
        for given in ["", "a b", "ü", "a\"", String(repeating: "x", count: 65), "a/b", "<x>"] {
            let id = await ask(router, "GET", "/open/1", ["X-Request-Id": given]).headers["X-Request-Id"] ?? ""
            #expect(id.utf8.count == 32 && id.utf8.allSatisfy { ASCII.hexadecimalValue($0) != nil })
            made.insert(id)
        }
        #expect(made.count == 7)
    }

    @Test func `another name in Host is answered 421 before any other check`() async throws {
        let router = try Self.router { $0.hosts = AllowedHosts(["pbx.example.com"], bind: "127.0.0.1") }
        for host in ["attacker.example", "", "pbx.example.com.attacker.example", "192.0.2.9"] {
            #expect(await ask(router, "GET", "/open/1", ["Host": host]).status == 421, "\(host)")
            #expect(await ask(router, "GET", "/nowhere", ["Host": host]).status == 421, "\(host)")
        }
        for host in ["pbx.example.com", "PBX.example.com:8000", "localhost", "[::1]:80", "127.0.0.9"] {
            #expect(await ask(router, "GET", "/open/1", ["Host": host]).status == 200, "\(host)")
        }
        #expect(await ask(router, "GET", "/open/1").status == 200)
    }

    @Test func `pages of other origins are refused, allowed or left alone`() async throws {
        let strict = try Self.router {
            $0.crossOrigin = CrossOriginPolicy(["https://crm.example"], refusesOthers: true)
        }
        let host = ("Host", "pbx.example:8004")
        func headers(_ origin: String) -> HTTPHeaders {
            var headers: HTTPHeaders = ["Origin": origin]
            headers.append(host.0, host.1)
            return headers
        }
        let allowed = await ask(strict, "GET", "/open/1", headers("https://crm.example"))
        #expect(allowed.status == 200 && allowed.headers["Access-Control-Allow-Origin"] == "https://crm.example")
        #expect(allowed.headers["Vary"] == "Origin" && allowed.headers["Access-Control-Allow-Credentials"] == nil)
        #expect(allowed.headers["Access-Control-Expose-Headers"] == "X-Request-Id, Retry-After")
        for origin in ["http://pbx.example:8004", "https://PBX.example:8004"] {
            let own = await ask(strict, "GET", "/open/1", headers(origin))
            #expect(own.status == 200 && own.headers["Access-Control-Allow-Origin"] == nil)
        }
        for origin in [
            "https://crm.example.attacker.example", "http://crm.example", "null", "", "https://pbx.example", "*",
            "https://attacker.example/pbx.example:8004", "https://attacker@pbx.example:8004",
        ] {
            let foreign = await ask(strict, "GET", "/open/1", headers(origin))
            #expect(foreign.status == 403 && foreign.headers["Access-Control-Allow-Origin"] == nil, "\(origin)")
        }
        #expect(await ask(strict, "GET", "/open/1").status == 200, "a program sends none")
        #expect(await ask(strict, "GET", "/silent", headers("https://crm.example")).status == 403)
        let lenient = try Self.router { $0.crossOrigin = CrossOriginPolicy(["*"], refusesOthers: false) }
        let any = await ask(lenient, "GET", "/open/1", headers("https://any.example"))
        #expect(any.headers["Access-Control-Allow-Origin"] == "*" && any.headers["Vary"] == nil)
        #expect(await ask(try Self.router(), "GET", "/open/1", headers("https://any.example")).status == 200)
    }

    @Test func `a preflight is answered where its page may ask, without credentials`() async throws {
        let router = try Self.router {
            $0.crossOrigin = CrossOriginPolicy(["https://crm.example"], refusesOthers: true)
            $0.unknownPaths = .authenticated
        }
        func preflight(_ path: String, _ method: String, _ origin: String) async -> ServerResponse {
            await ask(router, "OPTIONS", path, ["Origin": origin, "Access-Control-Request-Method": method])
        }
        let answer = await preflight("/admin", "DELETE", "https://crm.example")
        #expect(answer.status == 204 && answer.headers["Access-Control-Allow-Methods"] == "DELETE")
        #expect(answer.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type")
        #expect(answer.headers["Access-Control-Allow-Origin"] == "https://crm.example")
        #expect(await preflight("/admin", "DELETE", "https://attacker.example").status == 403)
        #expect(await preflight("/silent", "GET", "https://crm.example").status == 403)
        #expect(await preflight("/admin", "GET", "https://crm.example").status == 401)
        #expect(await preflight("/nowhere", "GET", "https://crm.example").status == 401)
    }

    @Test func `the log has the route and neither path nor query nor credentials`() async throws {
        let log = LogLines()
        let sink = log.sink
        sink.level = .debug
        let answered = Lock<[Int]>([])
        let failed = Lock<[String]>([])
        let router = try Self.router {
            $0.log = Logger("http", sink: sink)
            $0.didAnswer = { answer in answered.withLock { $0.append(answer.status) } }
            $0.didFail = { failure, _ in failed.withLock { $0.append(failure.code) } }
        }
        _ = await ask(router, "GET", "/open/4165551234", ["X-Request-Id": "one", "Authorization": "Bearer hidden"])
        _ = await ask(router, "POST", "/later/4165551234", ["X-Request-Id": "two"])
        _ = await ask(router, "GET", "/4165551234", ["X-Request-Id": "three"])
        _ = await ask(router, "POST", "/bug")
        let text = log.lines.joined(separator: "\n")
        #expect(text.contains("method=GET route=/open/{id} status=200") && text.contains("request_id=one"))
        #expect(text.contains("method=POST route=/later/{id} status=202") && text.contains("request_id=two"))
        #expect(text.contains("method=GET route=none status=404") && text.contains("request_id=three"))
        #expect(!text.contains("416555") && !text.contains("hidden"))
        #expect(answered.withLock { $0 } == [200, 202, 404, 500])
        #expect(failed.withLock { $0 } == ["not_found", "internal_error"])
    }
}

extension ServerResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}
