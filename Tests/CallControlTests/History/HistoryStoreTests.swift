import Basics
import LiveCalls
import SQLite
import TestSupport
import Testing

@testable import CallControl

struct HistoryStoreTests {
    private let directory = TemporaryDirectory()
    private static let begin = 1_800_000_000

    private func store() throws -> CallsStore { try CallsStore(path: directory.file("calls.db")) }

    private static func call(
        _ number: Int,
        extensions: [String] = ["1001"],
        queue: String? = nil,
        isAnswered: Bool = true
    ) -> [HistoryEntry] {
        let createdAt = Timestamp(seconds: begin + 600 * number)
        let call = FinishedCall(
            id: "call_\(number)",
            createdAt: createdAt,
            endedAt: createdAt.adding(seconds: 60),
            direction: number.isMultiple(of: 2) ? .inbound : .outbound,
            extensions: extensions,
            number: "+1555000\(number)",
            isAnswered: isAnswered,
            isAbandoned: false,
            isMerged: false,
            talkSeconds: isAnswered ? 50 : 0,
            waitSeconds: 10,
            json: Array(#"{"callId":"call_\#(number)"}"#.utf8)
        )
        let visit = queue.map { queue in
            HistoryEntry.visit(
                FinishedVisit(
                    call: call.id,
                    queue: queue,
                    joinedAt: createdAt,
                    outcome: isAnswered ? .answered : .abandoned,
                    waitSeconds: 10,
                    isInLevel: isAnswered
                )
            )
        }
        return [.call(call)] + (visit.map { [$0] } ?? [])
    }

    private func ids(_ store: CallsStore, _ filter: HistoryFilter, limit: Int = 100) throws -> [String] {
        try store.history { rows throws(SQLiteError) in try rows.calls(filter, limit: limit) }.map { row in
            try JSONParser.parse(row.call[...])["callId"]?.string ?? ""
        }
    }

    @Test func `calls are found by extension, number, queue and time, newest first, a page at a time`() throws {
        let store = try store()
        try store.store(Self.call(1) + Self.call(2, extensions: ["1001", "1002"], queue: "sales"))
        try store.store(Self.call(3, extensions: ["1002"]) + Self.call(4, extensions: []))
        #expect(try ids(store, HistoryFilter()) == ["call_4", "call_3", "call_2", "call_1"])
        #expect(try ids(store, HistoryFilter(extensions: ["1001"])) == ["call_2", "call_1"])
        #expect(try ids(store, HistoryFilter(extensions: ["1001", "1002"])) == ["call_2"])
        #expect(try ids(store, HistoryFilter(number: "+15550003")) == ["call_3"])
        #expect(try ids(store, HistoryFilter(queue: "sales")) == ["call_2"])
        let (from, to) = (Timestamp(seconds: Self.begin + 1200), Timestamp(seconds: Self.begin + 1800))
        #expect(try ids(store, HistoryFilter(from: from, to: to)) == ["call_2"])
        for extensions in [[], ["1001"]] {
            let page = try store.history { rows throws(SQLiteError) in
                try rows.calls(HistoryFilter(extensions: extensions), limit: 1)
            }
            let last = try #require(page.first?.number)
            let rest = try ids(store, HistoryFilter(extensions: extensions, before: last), limit: 1)
            #expect(rest == (extensions.isEmpty ? ["call_3"] : ["call_1"]))
        }
    }

    @Test func `a call that is stored again changes nothing, and a visit takes over what is new`() throws {
        let store = try store()
        try store.store(Self.call(1, queue: "sales") + Self.call(1, queue: "sales"))
        guard case .visit(var visit) = Self.call(1, queue: "sales")[1] else { return }
        visit.talkSeconds = 50
        try store.store([.visit(visit)])
        #expect(try ids(store, HistoryFilter()) == ["call_1"])
        let visits = try store.history { rows throws(SQLiteError) in try rows.visits(since: Timestamp(seconds: 0)) }
        #expect(visits.count == 1 && visits.first?.count == 1 && visits.first?.talk == 50)
        let day = QueueDay(visits, waiting: 2)
        #expect(day.offered == 3 && day.answered == 1 && day.levelPercent == 100)
    }

    @Test func `old calls go with all that belongs to them`() throws {
        let store = try store()
        for number in 1...5 { try store.store(Self.call(number, queue: "sales")) }
        let limit = Timestamp(seconds: Self.begin + 600 * 4)
        #expect(try store.deleteHistory(before: limit, limit: 2) == 2)
        #expect(try store.deleteHistory(before: limit, limit: 2) == 1)
        #expect(try ids(store, HistoryFilter()) == ["call_5", "call_4"])
        #expect(try ids(store, HistoryFilter(extensions: ["1001"])) == ["call_5", "call_4"])
        let visits = try store.history { rows throws(SQLiteError) in try rows.visits(since: Timestamp(seconds: 0)) }
        #expect(visits.first?.count == 2)
    }

    @Test func `sums are those of hours and days of the time zone`() throws {
        let store = try store()
        // 22:00 to 01:00 in Kolkata, which is five hours and a half ahead.
        let midnight = Timestamp(seconds: 1_800_037_800)
        for minutes in stride(from: -120, to: 60, by: 20) {
            guard case .call(let call) = Self.call(minutes)[0] else { continue }
            let moved = FinishedCall(
                id: call.id,
                createdAt: midnight.adding(seconds: 60 * minutes),
                endedAt: midnight.adding(seconds: 60 * minutes + 60),
                direction: .inbound,
                extensions: ["1001"],
                number: "",
                isAnswered: minutes >= 0,
                isAbandoned: minutes < 0,
                isMerged: minutes == 0,
                talkSeconds: minutes >= 0 ? 60 : 0,
                waitSeconds: 5,
                json: [UInt8(ascii: "1")]
            )
            try store.store([.call(moved)])
        }
        let days = HistoryDays(zone: try TimeZoneRules(named: "Asia/Kolkata"))
        let quarters = try store.history { rows throws(SQLiteError) in try rows.quarters(HistoryFilter()) }
        let hours = days.joined(quarters, by: .hour)
        #expect(hours.map(\.from) == [-7200, -3600, 0].map { midnight.seconds + $0 })
        // The one that became a part of another call is not counted.
        #expect(hours.map(\.sums.total) == [3, 3, 2])
        let rows = days.joined(quarters, by: .day)
        #expect(rows.map(\.from) == [midnight.seconds - 86_400, midnight.seconds])
        #expect(rows.map(\.sums.answered) == [0, 2] && rows.map(\.sums.abandoned) == [6, 0])
        #expect(rows.map(\.sums.talk) == [0, 120] && rows.map(\.sums.wait) == [30, 10])
        #expect(days.today(at: midnight.adding(seconds: 10)) == midnight)
        #expect(days.today(at: midnight.adding(seconds: -10)) == midnight.adding(seconds: -86_400))
    }
}
