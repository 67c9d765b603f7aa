import Basics
import Daemon
import HTTP
import TestSupport
import Testing

@testable import CallerID

@Suite struct DashboardTests {
    private func get(_ testing: CallerIDTesting, _ path: String, cookie: String, method: String = "GET") async
        -> ServerResponse
    {
        await testing.router.answer(ServerRequest(method: method, path: path, headers: ["Cookie": cookie]))
    }

    private func logIn(_ testing: CallerIDTesting, _ token: String, headers: HTTPHeaders = [:]) async
        -> ServerResponse
    {
        var headers = headers
        headers.append("Content-Type", "application/x-www-form-urlencoded")
        let body = Array("token=\(token)".utf8)
        return await testing.router.answer(
            ServerRequest(
                method: "POST",
                path: "/dashboard",
                headers: headers,
                body: body,
                peer: IPAddress("127.0.0.1")
            )
        )
    }

    private func cookie(_ response: ServerResponse) -> String {
        String((response.headers["Set-Cookie"] ?? "").prefix { $0 != ";" })
    }

    private func text(_ response: ServerResponse) -> String { String(decoding: response.body, as: UTF8.self) }

    @Test func `a browser gets a form, sends a token, and has a cookie that opens reading only`() async throws {
        let testing = try await CallerIDTesting()
        let refused = await testing.send("GET", "/dashboard")
        #expect(refused.status == 403)
        #expect(text(refused).contains(#"<form action="/dashboard" method="post">"#))
        #expect(refused.headers["Content-Security-Policy"]?.contains("form-action 'self'") == true)
        let wrong = await logIn(testing, "%3Cb%3E")
        #expect(wrong.status == 403)
        #expect(text(wrong).contains("Invalid admin token") && !text(wrong).contains("<b>"))
        let right = await logIn(testing, CallerIDTesting.token)
        #expect(right.status == 303)
        #expect(right.headers["Location"] == "/dashboard")
        let header = try #require(right.headers["Set-Cookie"])
        #expect(header.hasSuffix("; Path=/; Max-Age=28800; HttpOnly; SameSite=Strict"))
        let cookie = cookie(right)
        for path in ["/dashboard", "/api/stats", "/api/audit"] {
            #expect(await get(testing, path, cookie: "a=b; \(cookie)").status == 200, "\(path)")
        }
        for (method, path) in [
            ("GET", "/api/numbers"), ("GET", "/api/export"), ("POST", "/add-number"), ("POST", "/api/import"),
            ("DELETE", "/api/reservation/2125551234"), ("DELETE", "/api/numbers/2125551234"), ("POST", "/api/token"),
        ] {
            #expect(await get(testing, path, cookie: cookie, method: method).status == 403, "\(method) \(path)")
        }
        for wrong in [String(cookie.dropLast()), "\(cookie.dropLast())x", "callerid_session="] {
            #expect(await get(testing, "/dashboard", cookie: wrong).status == 403)
        }
        let out = await get(testing, "/dashboard/logout", cookie: cookie, method: "POST")
        #expect(out.status == 303 && out.headers["Set-Cookie"]?.contains("Max-Age=0") == true)
        #expect(await get(testing, "/dashboard", cookie: cookie).status == 403)
    }

    @Test func `the cookie is for https where a trusted proxy says so, and the form needs the role viewer`()
        async throws
    {
        let key = Secret("a-key-of-at-least-32-characters-for-tests")
        let testing = try await CallerIDTesting {
            $0.trustedProxies = ["127.0.0.1"]
            $0.secretKey = key
        }
        let response = await logIn(testing, CallerIDTesting.token, headers: ["X-Forwarded-Proto": "https"])
        #expect(response.headers["Set-Cookie"]?.hasSuffix("; Secure") == true)
        let signer = try #require(JSONWebToken.Key(key))
        for (role, status) in [(TokenRole.agent, 403), (.viewer, 303), (.admin, 303)] {
            let token = JSONWebToken(subject: "x", role: role, expiry: Timestamp.now().adding(seconds: 600))
            let text = try #require(token.signed(with: signer))
            let response = await logIn(testing, text)
            #expect(response.status == status, "\(role)")
            // Not longer than the token.
            if status == 303 { #expect(response.headers["Set-Cookie"]?.contains("Max-Age=28800") == false) }
        }
    }

    @Test func `wrong tokens of the form and of headers count together`() async throws {
        let testing = try await CallerIDTesting()
        for _ in 0..<20 { #expect(await logIn(testing, "wrong").status == 403) }
        let limited = await logIn(testing, "wrong")
        #expect(limited.status == 429 && limited.headers["Retry-After"] != nil)
        #expect(text(limited).contains("Too many wrong tokens, try again later"))
        #expect(await logIn(testing, CallerIDTesting.token).status == 303)
    }

    @Test func `sessions end by time, and the oldest when there are too many`() {
        let time = Lock(Timestamp(seconds: 1_000_000))
        let sessions = DashboardSessions { time.withLock { $0 } }
        func request(_ header: String) -> ServerRequest {
            let cookie = String(header.prefix { $0 != ";" })
            return ServerRequest(method: "GET", path: "/dashboard", headers: ["Cookie": cookie])
        }
        let first = sessions.begin("a", until: nil, isSecure: false)
        #expect(sessions.principal(of: request(first))?.name == "a")
        for _ in 0..<199 { _ = sessions.begin("b", until: nil, isSecure: false) }
        #expect(sessions.principal(of: request(first)) != nil)
        let last = sessions.begin("c", until: nil, isSecure: false)
        #expect(sessions.principal(of: request(first)) == nil)
        #expect(sessions.count == 200)
        time.withLock { $0 = $0.adding(seconds: DashboardSessions.life) }
        #expect(sessions.principal(of: request(last)) == nil)
        _ = sessions.begin("d", until: nil, isSecure: false)
        #expect(sessions.count == 1)
    }

    @Test func `every place of the page is filled, and its script finds what it names`() async throws {
        let testing = try await CallerIDTesting()
        _ = await testing.send("GET", "/next-cid?to=12125559876&campaign=sales&agent=agent001")
        let html = text(await testing.send("GET", "/dashboard", token: CallerIDTesting.token))
        #expect(!html.contains("{{") && !html.contains("}}"))
        for word in ["style=", "<style", "onload", "onclick", "javascript:", "http:", "https:", "//"] {
            #expect(!html.contains(word), "\(word)")
        }
        let json = try JSONParser.parse(
            (await testing.send("GET", "/dashboard?format=json", token: CallerIDTesting.token)).body[...]
        )
        let attributes = [
            ("data-field=", "fields"), ("data-state-of=", "fields"), ("data-value-of=", "fields"),
            ("data-list=", "lists"),
        ]
        for (attribute, part) in attributes {
            for piece in html.split(separator: attribute + "\"").dropFirst() {
                let name = String(piece.prefix { $0 != "\"" })
                #expect(json[part]?[name] != nil, "\(attribute)\(name)")
            }
        }
        #expect(json["fields"]?["verdict"] == .string("Trouble"))
        #expect(json["fields"]?["requests"] == .string("1"))
        #expect(json["fields"]?["redis"] == .string("Not used"))
        for name in ["areas", "campaigns", "agents", "requests", "used"] {
            #expect(json["lists"]?[name]?.elements?.count == 1, "\(name)")
        }
    }

    @Test func `hostile names are shown as text`() async throws {
        let testing = try await CallerIDTesting([])
        var record = NumberRecord(number: try #require(Digits(callerID: "2125551234")))
        record.pool = "<script>alert(1)</script>"
        record.areaCode = record.number.prefix(3)
        _ = try await testing.service.engine.add(record)
        for field in ["campaign", "agent"] {
            var row = AuditRow(time: Timestamp.now().microseconds, endpoint: "<i>", method: "<i>", status: 503)
            if field == "agent" { row.agent = "<script>\"'&" } else { row.campaign = "<script>\"'&" }
            testing.service.activity.add(row)
        }
        let html = text(
            await testing.send("GET", "/dashboard?caller_id=%22%3E%3Cscript%3E", token: CallerIDTesting.token)
        )
        #expect(html.contains("pool &lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(html.contains("&lt;script&gt;&quot;&#39;&amp;"))
        #expect(html.contains(#"value="&quot;&gt;&lt;script&gt;""#))
        #expect(html.split(separator: "<script").count == 2)
    }

    @Test func `activity has the names of 24 clock hours, and the last 500 requests`() {
        let activity = RecentActivity()
        let hour: Int64 = 3_600_000_000
        for index in 0..<600 {
            var row = AuditRow(time: Int64(index) * hour / 20, endpoint: "e", method: "GET", status: 200)
            row.agent = "a"
            row.campaign = index % 2 == 0 ? "even" : "odd"
            if index % 4 == 0 { row.number = "2125551234" }
            activity.add(row)
        }
        let names = activity.names(at: 29 * hour)
        #expect(names.agents.counts == ["a": .init(requests: 480, successes: 120)])
        #expect(names.campaigns.counts["odd"] == .init(requests: 240, successes: 0))
        let rows = activity.rows
        #expect(rows.count == 500)
        #expect(rows.first?.time == 599 * hour / 20 && rows.last?.time == 100 * hour / 20)
        #expect(activity.names(at: 60 * hour).agents.counts.isEmpty)
    }

    @Test func `names beyond the limit are counted together`() {
        let activity = RecentActivity()
        for index in 0..<2100 {
            var row = AuditRow(time: 1, endpoint: "e", method: "GET", status: 200)
            row.agent = "a\(index)"
            activity.add(row)
        }
        let agents = activity.names(at: 1).agents
        #expect(agents.counts.count == 2000 && agents.others.requests == 100)
    }
}
