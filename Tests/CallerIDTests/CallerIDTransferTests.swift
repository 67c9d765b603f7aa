import Basics
import HTTP
import Testing

@testable import CallerID

@Suite struct CallerIDTransferTests {
    private static let file = """
        caller_id,carrier,area_code,hourly_limit,daily_limit
        2125551234,AT&T,212,10,20
        (310) 555-0001,,,,
        21255,x,212,1,1
        2125550002,x,212,-5,1

        """

    private func send(_ testing: CallerIDTesting, _ query: String, _ file: String = file) async throws -> (
        Int, JSONValue
    ) {
        let response = await testing.send(
            "POST",
            "/api/import?\(query)",
            token: CallerIDTesting.token,
            type: "text/csv",
            body: file
        )
        return (response.status, try JSONParser.parse(response.body[...]))
    }

    private func counts(_ answer: JSONValue) -> [Int?] {
        ["read", "added", "updated", "skipped", "removed", "rejected"].map { answer[$0]?.integer }
    }

    @Test func `an import adds what is good and names each bad row`() async throws {
        let testing = try await CallerIDTesting()
        let (status, answer) = try await send(testing, "")
        #expect(status == 200)
        #expect(counts(answer) == [4, 1, 0, 1, nil, 2])
        let errors = try #require(answer["errors"]?.elements)
        #expect(errors.map { $0["line"]?.integer } == [4, 5])
        #expect(errors.map { $0["value"]?.string } == ["21255", "-5"])
        #expect(errors.first?["reason"] == .string("fewer than 10 digits"))
        #expect(testing.service.engine.figures.selection.total == 2)
        #expect(try await testing.service.engine.numbers().map(\.areaCode.description) == ["212", "310"])
    }

    @Test func `update changes the fields of stored numbers, and counts and reservations stay`() async throws {
        let testing = try await CallerIDTesting()
        let number = try #require(Digits("2125551234"))
        _ = await testing.send("GET", "/next-cid?to=2125559876&campaign=s&agent=a")
        let (_, answer) = try await send(testing, "mode=update")
        #expect(counts(answer) == [4, 1, 1, 0, nil, 2])
        #expect(try await testing.service.engine.record(number).hourlyLimit == 10)
        #expect(testing.service.engine.use(of: number)?.hourCount == 1)
        #expect(testing.service.engine.reservation(of: number) != nil)
        #expect(counts(try await send(testing, "mode=update").1) == [4, 0, 0, 2, nil, 2])
    }

    @Test func `replace makes the file the whole set, unless too much would go`() async throws {
        let testing = try await CallerIDTesting(["2125551234", "2125551235", "2125551236"])
        let one = "caller_id\n2125551234\n"
        let (refused, answer) = try await send(testing, "mode=replace", one)
        #expect(refused == 409)
        #expect(answer["success"] == .boolean(false))
        #expect(answer["detail"]?.string?.hasPrefix("2 of 3 numbers would go, more than 50 %") == true)
        #expect(try await send(testing, "mode=replace", "caller_id\n").0 == 409)
        #expect(testing.service.engine.figures.selection.total == 3)
        #expect(counts(try await send(testing, "mode=replace&force=1", one).1) == [1, 0, 1, 0, 2, 0])
        #expect(testing.service.engine.figures.selection.total == 1)
        #expect(try await testing.service.engine.numbers().count == 1)
        #expect(counts(try await send(testing, "mode=replace&force=1", "caller_id\n").1) == [0, 0, 0, 0, 1, 0])
    }

    @Test func `a dry run and a refused file change nothing`() async throws {
        let testing = try await CallerIDTesting([])
        #expect(counts(try await send(testing, "dry_run=1").1) == [4, 2, 0, 0, nil, 2])
        let (status, answer) = try await send(testing, "strict=1")
        #expect(status == 409)
        #expect(answer["detail"] == .string("2 bad rows; correct them, or import without strict"))
        #expect(try await send(testing, "", "carrier\nx\n").0 == 400)
        for query in ["mode=x", "dry_run=x", "force=2", "strict=y"] { #expect(try await send(testing, query).0 == 400) }
        #expect(testing.service.engine.figures.selection.total == 0)
        #expect(try await testing.service.engine.numbers() == [])
    }

    @Test func `what is exported can be imported`() async throws {
        let testing = try await CallerIDTesting([])
        _ = try await send(testing, "")
        let exported = await testing.send("GET", "/api/export", token: CallerIDTesting.token)
        #expect(exported.headers["Content-Type"] == "text/csv; charset=utf-8")
        let other = try await CallerIDTesting([])
        _ = try await send(other, "", String(decoding: exported.body, as: UTF8.self))
        func plain(_ testing: CallerIDTesting) async throws -> [NumberRecord] {
            try await testing.service.engine.numbers().map { record in
                var record = record
                (record.createdAt, record.updatedAt) = ("", "")
                return record
            }
        }
        #expect(try await plain(testing) == plain(other))
    }

    @Test func `an export has the first trunk of a number, and its import keeps the others`() async throws {
        let testing = try await CallerIDTesting([])
        var record = NumberRecord(number: try #require(Digits("2125551234")))
        record.places = [TrunkPlace(trunk: "A", route: "1"), TrunkPlace(trunk: "B", route: "2")]
        _ = try await testing.service.engine.add(record)
        let exported = await testing.send("GET", "/api/export", token: CallerIDTesting.token)
        let file = String(decoding: exported.body, as: UTF8.self)
        #expect(file.split(separator: "\n").count == 2 && file.contains(",A,1,") && !file.contains("B"))
        for mode in ["update", "replace"] {
            #expect(try await send(testing, "mode=\(mode)", file).0 == 200)
            #expect(try await testing.service.engine.record(record.number).places == record.places)
        }
    }

    @Test func `a token opens what its role allows, and nothing after its end`() async throws {
        let testing = try await CallerIDTesting { $0.secretKey = Secret("0123456789abcdef0123456789abcdef") }
        func token(_ query: String) async throws -> String {
            let response = await testing.send("POST", "/api/token?\(query)", token: CallerIDTesting.token)
            #expect(response.status == 200)
            return try #require(try JSONParser.parse(response.body[...])["access_token"]?.string)
        }
        let viewer = try await token("role=viewer&name=x&minutes=60")
        #expect(await testing.send("GET", "/api/stats", token: viewer).status == 200)
        #expect(
            await testing.text("POST", "/add-number?caller_id=2125550009", token: viewer)
                == #"403 {"detail":"Invalid admin token"}"#
        )
        let operatorToken = try await token("role=operator")
        #expect(await testing.send("DELETE", "/api/reservation/2125551234", token: operatorToken).status == 200)
        #expect(await testing.send("POST", "/api/token?role=admin", token: operatorToken).status == 403)
        let key = try #require(JSONWebToken.Key(Secret("0123456789abcdef0123456789abcdef")))
        let old = JSONWebToken(subject: "x", role: .admin, expiry: Timestamp.now().adding(seconds: -60)).signed(
            with: key
        )
        #expect(await testing.send("GET", "/api/stats", token: old).status == 403)
        for query in ["role=x", "role=viewer&minutes=0", "role=viewer&minutes=525601", "role=viewer&name=%0a"] {
            #expect(await testing.send("POST", "/api/token?\(query)", token: CallerIDTesting.token).status == 400)
        }
        let none = try await CallerIDTesting()
        #expect(await none.send("POST", "/api/token?role=viewer", token: CallerIDTesting.token).status == 503)
    }
}
