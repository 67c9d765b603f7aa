import Basics
import HTTP
import TestSupport
import Testing

@testable import CallerID

@Suite struct CallerIDRoutesTests {
    private static let next = "/next-cid?to=12125559876&campaign=sales_campaign&agent=agent001"

    @Test func `a caller ID has its keys in the order of the original service, and each number is a string`()
        async throws
    {
        let testing = try await CallerIDTesting()
        let expected =
            #"200 {"success":true,"caller_id":"2125551234","area_code":"212","carrier":"AT&T","reserved_for":300,"#
            + #""destination":"12125559876","agent":"agent001","campaign":"sales_campaign"}"#
        #expect(await testing.text("GET", Self.next) == expected)
        let none = await testing.send("GET", Self.next)
        #expect(none.status == 503)
        #expect(none.headers["Retry-After"] == "300")
        #expect(
            String(decoding: none.body, as: UTF8.self)
                == #"{"detail":"No available caller-IDs at this time","reason":"reserved"}"#
        )
    }

    @Test func `parameters come as query, form or JSON, and the body beats the query`() async throws {
        let testing = try await CallerIDTesting(["2125551234", "2125551235", "2125551236"])
        let form = await testing.send(
            "POST",
            "/next-cid?to=1",
            type: "application/x-www-form-urlencoded; charset=utf-8",
            body: "to=%2B1+212+555+9876&campaign=s&agent=a+1"
        )
        #expect(form.status == 200)
        #expect(String(decoding: form.body, as: UTF8.self).contains(#""agent":"a 1""#))
        let json = await testing.send(
            "POST",
            "/next-cid",
            type: "application/json",
            body: #"{"to":12125559876,"campaign":"s","agent":"a"}"#
        )
        #expect(json.status == 200)
        for body in ["[]", "{", #"{"to":[1]}"#, #"{"to":1.5}"#] {
            #expect(await testing.send("POST", "/next-cid", type: "application/json", body: body).status == 400)
        }
        #expect(await testing.send("POST", "/next-cid", type: "text/plain", body: "x").status == 400)
    }

    @Test func `wrong requests get the texts of the contract, and reserve nothing`() async throws {
        let testing = try await CallerIDTesting()
        let missing =
            #"422 {"detail":[{"type":"missing","loc":["query","to"],"msg":"Field required","input":null},"#
            + #"{"type":"missing","loc":["query","agent"],"msg":"Field required","input":null}]}"#
        #expect(await testing.text("GET", "/next-cid?campaign=x") == missing)
        let wrong = [
            ("to=911&campaign=s&agent=a", "Invalid destination phone number"),
            ("to=2125559876&campaign=&agent=a", "Invalid campaign"),
            ("to=2125559876&campaign=s&agent=%0a", "Invalid agent"),
            ("to=2125559876&campaign=s&agent=a&request_id=%20", "Invalid request_id"),
        ]
        for (query, text) in wrong {
            #expect(await testing.text("GET", "/next-cid?\(query)") == #"400 {"detail":"\#(text)"}"#)
        }
        #expect(await testing.send("HEAD", Self.next).status == 405)
        #expect(await testing.send("PUT", Self.next).headers["Allow"] == "GET, POST")
        #expect(await testing.text("GET", "/nothing") == #"404 {"detail":"Not Found"}"#)
        #expect(testing.service.engine.figures.selection.reservations == 0)
        #expect(testing.service.metrics.requests[.invalid]?.value == 5)
    }

    @Test func `the same request_id gets the same number, and format=text only the number`() async throws {
        let testing = try await CallerIDTesting(["2125551234", "2125551235"])
        let first = await testing.text("GET", Self.next + "&request_id=r1&format=text")
        #expect(first == "200 2125551234")
        #expect(await testing.text("GET", Self.next + "&request_id=r1&format=text") == first)
        #expect(await testing.text("GET", Self.next + "&request_id=r2&format=text") == "200 2125551235")
        #expect(await testing.text("GET", Self.next + "&request_id=r3&format=text") == "503 ")
    }

    @Test func `an agent over the rate is told how long to wait`() async throws {
        let testing = try await CallerIDTesting { $0.requestsPerMinute = 1 }
        _ = await testing.send("GET", Self.next)
        let response = await testing.send("GET", Self.next)
        #expect(response.status == 429)
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"{"detail":"Rate limit exceeded for agent agent001"}"#
        )
        #expect(response.headers["Retry-After"].flatMap { Int($0) } ?? 0 > 50)
    }

    @Test func `administrators need the token, from an allowed address`() async throws {
        let testing = try await CallerIDTesting()
        #expect(await testing.text("GET", "/api/stats") == #"403 {"detail":"Not authenticated"}"#)
        #expect(await testing.text("GET", "/api/stats", token: "x") == #"403 {"detail":"Invalid admin token"}"#)
        #expect(await testing.send("GET", "/api/stats", token: CallerIDTesting.token).status == 200)
        let locked = try await CallerIDTesting { $0.adminAddresses = ["192.0.2.0/24"] }
        #expect(
            await locked.text("GET", "/api/stats", token: CallerIDTesting.token)
                == #"403 {"detail":"Admin IP not whitelisted"}"#
        )
        let open = try await CallerIDTesting { $0.adminToken = Secret("") }
        #expect(await open.text("GET", "/api/stats", token: "") == #"403 {"detail":"Invalid admin token"}"#)
        let strict = try await CallerIDTesting { $0.requiresToken = true }
        #expect(await strict.text("GET", Self.next) == #"403 {"detail":"Not authenticated"}"#)
        #expect(await strict.send("GET", Self.next, token: CallerIDTesting.token).status == 200)
    }

    @Test func `a number is added, changed, listed and removed`() async throws {
        let testing = try await CallerIDTesting([])
        let token = CallerIDTesting.token
        let added = await testing.text(
            "POST",
            "/add-number?caller_id=%2B1+(310)+555-0001&carrier=V&daily_limit=5",
            token: token
        )
        #expect(
            added.hasPrefix(#"200 {"success":true,"message":"Caller-ID 3105550001 added successfully","data":{"id":1,"#)
        )
        #expect(
            await testing.text("POST", "/add-number?caller_id=13105550001", token: token)
                == #"409 {"detail":"Caller-ID 3105550001 already exists"}"#
        )
        for query in ["caller_id=12", "caller_id=abc", "x=1"] {
            #expect(
                await testing.text("POST", "/add-number?\(query)", token: token)
                    == #"400 {"detail":"Invalid caller-ID format"}"#
            )
        }
        for query in [
            "daily_limit=-2", "hourly_limit=x", "trunk=a%20b", "area_code=1234567", "call_type=x", "pool=%0a",
        ] {
            #expect(
                await testing.send("POST", "/add-number?caller_id=2125550002&\(query)", token: token).status == 400,
                "\(query)"
            )
        }
        #expect(
            await testing.send("PATCH", "/api/numbers/3105550001?is_active=0&pool=sales", token: token).status == 200
        )
        #expect(testing.service.engine.figures.selection.active == 0)
        let list = await testing.text("GET", "/api/numbers?pool=sales", token: token)
        #expect(list.contains(#""is_active":0,"pool":"sales"}"#))
        #expect(list.hasSuffix(#""next":null}"#))
        #expect(await testing.send("DELETE", "/api/numbers/3105550001", token: token).status == 200)
        #expect(
            await testing.text("DELETE", "/api/numbers/3105550001", token: token)
                == #"404 {"detail":"Caller-ID 3105550001 not found"}"#
        )
    }

    @Test func `a list comes in pages`() async throws {
        let testing = try await CallerIDTesting((0..<5).map { "212555000\($0)" })
        var after = "0"
        var pages: [Int] = []
        while true {
            let response = await testing.send(
                "GET",
                "/api/numbers?limit=2&after=\(after)",
                token: CallerIDTesting.token
            )
            let answer = try JSONParser.parse(response.body[...])
            pages.append(answer["items"]?.elements?.count ?? 0)
            guard let next = answer["next"]?.string else { break }
            after = next
        }
        #expect(pages == [2, 2, 1])
        for query in ["limit=0", "limit=1001", "after=-1", "active=x", "area_code=x"] {
            #expect(await testing.send("GET", "/api/numbers?\(query)", token: CallerIDTesting.token).status == 400)
        }
    }

    @Test func `a number is shown with its uses, who has it, and when it is free`() async throws {
        let testing = try await CallerIDTesting()
        func show() async throws -> JSONValue {
            let response = await testing.send("GET", "/api/numbers/2125551234", token: CallerIDTesting.token)
            #expect(response.status == 200)
            return try JSONParser.parse(response.body[...])
        }
        let before = try await show()
        #expect(before["number"]?["caller_id"]?.string == "2125551234")
        #expect(before["uses_today"]?.integer == 0)
        #expect(before["reservation"] == .null)
        _ = await testing.send("GET", Self.next)
        let after = try await show()
        #expect(after["uses_this_hour"]?.integer == 1)
        #expect(after["reservation"]?["agent"]?.string == "agent001")
        #expect(after["free_at"] == after["reservation"]?["reserved_until"])
        _ = await testing.send("PATCH", "/api/numbers/2125551234?is_active=0", token: CallerIDTesting.token)
        #expect(try await show()["free_at"] == .null)
        #expect(await testing.send("GET", "/api/numbers/2125559999", token: CallerIDTesting.token).status == 404)
    }

    @Test func `an operator ends a reservation once`() async throws {
        let testing = try await CallerIDTesting()
        _ = await testing.send("GET", Self.next)
        for isReleased in [true, false] {
            #expect(
                await testing.text("DELETE", "/api/reservation/2125551234", token: CallerIDTesting.token)
                    == #"200 {"success":true,"message":"Reservation released for 2125551234","#
                    + #""released_from_redis":\#(isReleased)}"#
            )
        }
    }

    @Test func `health, stats and the service itself answer with the keys of the original service`() async throws {
        let testing = try await CallerIDTesting()
        _ = await testing.send("GET", Self.next)
        func keys(_ target: String, token: String? = nil) async throws -> [String] {
            let response = await testing.send("GET", target, token: token)
            #expect(response.status == 200)
            return try #require(try JSONParser.parse(response.body[...]).members).map(\.name)
        }
        #expect(try await keys("/health") == ["status", "timestamp", "database", "redis", "version"])
        #expect(try await keys("/") == ["service", "version", "status", "endpoints"])
        #expect(
            try await keys("/api/stats", token: CallerIDTesting.token) == [
                "total_caller_ids", "active_caller_ids", "active_reservations", "requests_last_hour",
                "avg_response_time_ms", "timestamp",
            ]
        )
    }
}
