import Basics
import HTTP
import TestSupport
import Testing

@testable import CallerID

@Suite struct HistoryTests {
    private func items(_ testing: CallerIDTesting, _ query: String) async throws -> (items: [JSONValue], next: String?)
    {
        let response = await testing.send("GET", "/api/audit\(query)", token: CallerIDTesting.token)
        #expect(response.status == 200, "\(query)")
        let json = try JSONParser.parse(response.body[...])
        return (json["items"]?.elements ?? [], json["next"]?.string)
    }

    /// Rows one minute apart from 2026-03-01 on, with two numbers in turn.
    private func fill(_ testing: CallerIDTesting, _ count: Int) async {
        for index in 0..<count {
            var row = AuditRow(
                time: Int64(1_772_323_200 + index * 60) * 1_000_000,
                endpoint: "/next-cid",
                method: "GET",
                status: 200
            )
            row.number = index % 2 == 0 ? "2125551234" : "2125551235"
            row.agent = "agent\(index)"
            row.reservedUntil = row.time + 300_000_000
            testing.service.engine.audit(row)
        }
        await testing.service.engine.checkpoint()
    }

    @Test func `who had a number when, the newest first, with its reservation`() async throws {
        let testing = try await CallerIDTesting()
        _ = await testing.send("GET", "/next-cid?to=12125559876&campaign=sales&agent=agent001")
        _ = await testing.send("DELETE", "/api/reservation/2125551234", token: CallerIDTesting.token)
        await testing.service.engine.checkpoint()
        let (items, next) = try await items(testing, "?caller_id=(212)%20555-1234")
        #expect(next == nil)
        #expect(items.map { $0["endpoint"]?.string } == ["/api/reservation", "/next-cid"])
        let grant = try #require(items.last)
        #expect(grant["agent"] == .string("agent001") && grant["campaign"] == .string("sales"))
        #expect(grant["destination"] == .string("12125559876") && grant["caller_id"] == .string("2125551234"))
        #expect(grant["reserved_until"]?.string?.hasSuffix("Z") == true)
    }

    @Test func `times bound the history, and pages continue each other`() async throws {
        let testing = try await CallerIDTesting()
        await fill(testing, 10)
        #expect(try await items(testing, "").items.count == 10)
        #expect(try await items(testing, "?caller_id=2125551235").items.count == 5)
        #expect(try await items(testing, "?since=2026-03-01T00:05").items.count == 5)
        #expect(try await items(testing, "?since=2026-03-01T00:05:00Z&until=2026-03-01T00:07:00Z").items.count == 2)
        #expect(try await items(testing, "?since=2026-03-02").items.isEmpty)
        #expect(try await items(testing, "?until=2026-03-01").items.isEmpty)
        var agents: [String] = []
        var after = ""
        while true {
            let page = try await items(testing, "?limit=3\(after)")
            agents += page.items.compactMap { $0["agent"]?.string }
            guard let next = page.next else { break }
            after = "&after=\(next)"
        }
        #expect(agents == (0..<10).reversed().map { "agent\($0)" })
        for wrong in [
            "?since=yesterday", "?until=2026-3-1", "?limit=0", "?after=x", "?caller_id=1", "?since=2026-03-01T1",
        ] {
            let response = await testing.send("GET", "/api/audit\(wrong)", token: CallerIDTesting.token)
            #expect(response.status == 400, "\(wrong)")
        }
        #expect(await testing.send("GET", "/api/audit").status == 403)
    }

    @Test func `a page looks at a bounded part of a long history, and the next one goes on`() async throws {
        let testing = try await CallerIDTesting()
        await fill(testing, 50)
        let engine = testing.service.engine
        var query = HistoryQuery()
        query.number = Digits("2125551234")
        query.limit = 1000
        var page = try await engine.history(query, step: 4, steps: 3)
        #expect(page.entries.count == 6)
        while let next = page.next {
            query.before = next
            let more = try await engine.history(query, step: 4, steps: 3)
            page.entries += more.entries
            page.next = more.next
        }
        #expect(page.entries.count == 25)
        #expect(Set(page.entries.map(\.id)).count == 25)
    }
}
