import Basics
import Spool
import TestSupport
import Testing

struct GapTests {
    private let site = SpoolSite()

    private func gap(_ cause: String, _ from: Int, _ to: Int, events: Int = 0) -> NewGap {
        NewGap(cause: cause, from: Timestamp(seconds: from), to: Timestamp(seconds: to), events: events)
    }

    @Test func `a gap lies between the records accepted before and after`() async throws {
        let spool = try site.open()
        try await spool.perform { try $0.declare(gap("process_down", 1, 2)) }
        _ = try await spool.append(SpoolSite.records(0..<3))
        try await spool.perform { try $0.declare(gap("disconnected", 3, 4)) }
        try await spool.perform { try $0.declare(gap("overflow", 5, 6, events: 7)) }
        #expect(try await spool.perform { try $0.gaps.page(after: 1, limit: 9) }.map(\.after) == [nil, nil])
        _ = try await spool.append(SpoolSite.records(3..<5))
        let gaps = try await spool.perform { try $0.gaps.page(after: 0, limit: 9) }
        #expect(gaps.map(\.cause) == ["process_down", "disconnected", "overflow"])
        #expect(gaps.map { $0.before.map(SpoolSite.number) } == [nil, 2, 2])
        #expect(gaps.map { $0.after.map(SpoolSite.number) } == [0, 3, 3])
        #expect(gaps.map(\.events) == [0, 0, 7])
        #expect(gaps.map(\.from.seconds) == [1, 3, 5])
        #expect(gaps.map(\.to.seconds) == [2, 4, 6])
        #expect(try await spool.perform { try $0.gaps.latest(2) } == Array(gaps.dropFirst()))
        #expect(spool.figures.gaps == 3)
    }

    @Test(arguments: [false, true])
    func `very many gaps become few that still hold what is missing`(hasRecords: Bool) async throws {
        let spool = try site.open()
        let causes = ["disconnected", "oversized"]
        _ = try await spool.append([SpoolSite.record(1)])
        for number in 0..<10_100 {
            try await spool.perform { try $0.declare(gap(causes[number % 2], number, number + 1, events: 1)) }
            if hasRecords, number % 100 == 99 { _ = try await spool.append([SpoolSite.record(10 + number)]) }
        }
        var rows: [RecordedGap] = []
        while true {
            let last = rows.last?.id ?? 0
            let page = try await spool.perform { try $0.gaps.page(after: last, limit: 1000) }
            guard !page.isEmpty else { break }
            rows += page
        }
        #expect(rows.count < 10_000)
        #expect(spool.figures.gapsByCause == ["disconnected": 5050, "oversized": 5050], "none is forgotten")
        #expect(rows.reduce(0) { $0 + $1.count } == 10_100)
        #expect(rows.reduce(0) { $0 + $1.events } == 10_100)
        let oldest = try #require(rows.first { $0.cause == "disconnected" })
        #expect(oldest.from.seconds == 0 && oldest.count == 500 && oldest.to.seconds == 999)
        #expect(oldest.before.map(SpoolSite.number) == 1)
        #expect(oldest.after.map(SpoolSite.number) == (hasRecords ? 1009 : nil))
        _ = try await spool.append([SpoolSite.record(90_000)])
        #expect(try await spool.perform { try $0.gaps.page(after: 0, limit: 20_000) }.allSatisfy { $0.after != nil })
        await spool.close()
        #expect(try await site.reopen().figures.gaps == 10_100)
    }

    @Test func `a gap that is open at the end of a run is closed in the next one`() async throws {
        do {
            let spool = try site.open()
            _ = try await spool.append([SpoolSite.record(1)])
            try await spool.perform { try $0.declare(gap("disconnected", 1, 2)) }
        }
        let spool = try await site.reopen()
        _ = try await spool.append([SpoolSite.record(2)])
        let gaps = try await spool.perform { try $0.gaps.page(after: 0, limit: 9) }
        #expect(gaps.map { $0.before.map(SpoolSite.number) } == [1])
        #expect(gaps.map { $0.after.map(SpoolSite.number) } == [2])
    }

    @Test func `the next run knows up to when nothing was missed`() async throws {
        do {
            let spool = try site.open()
            #expect(spool.aliveBefore == nil, "a new spool misses nothing")
            _ = try await spool.append([SpoolSite.record(5)])
        }
        do {
            let spool = try await site.reopen()
            #expect(spool.aliveBefore == Timestamp(seconds: 1005))
            try await spool.perform { try $0.queue.noteAlive(at: Timestamp(seconds: 1000)) }
            try await spool.perform { try $0.queue.noteAlive(at: Timestamp(seconds: 2000)) }
        }
        let spool = try await site.reopen()
        #expect(spool.aliveBefore == Timestamp(seconds: 2000))
    }

    @Test func `records that had waited in the socket prove nothing of the time before they were read`() async throws {
        do {
            let spool = try site.open()
            _ = try await spool.append([SpoolSite.record(5)], completeUntil: Timestamp(seconds: 885))
            _ = try await spool.append([], filtered: [.cdr: 1], completeUntil: Timestamp(seconds: 1004))
        }
        do {
            let spool = try await site.reopen()
            #expect(spool.aliveBefore == Timestamp(seconds: 885))
            _ = try await spool.append([SpoolSite.record(6)], completeUntil: Timestamp(seconds: 9999))
        }
        #expect(try await site.reopen().aliveBefore == Timestamp(seconds: 1006), "no later than its own receipt")
    }

    @Test func `a clock that was set back by years is believed`() async throws {
        do {
            let spool = try site.open()
            try await spool.perform { try $0.queue.noteAlive(at: Timestamp(seconds: 2_000_000_000)) }
            try await spool.perform { try $0.queue.noteAlive(at: Timestamp(seconds: 1_000_000_000)) }
        }
        #expect(try await site.reopen().aliveBefore == Timestamp(seconds: 1_000_000_000))
    }

    @Test func `a spool that was made and never got a record is missed from its begin`() async throws {
        let before = Timestamp.now()
        do {
            let spool = try site.open()
            #expect(spool.aliveBefore == nil)
        }
        let since = try #require(try await site.reopen().aliveBefore)
        #expect(before <= since && since <= .now())
    }

    @Test func `a spool that is gone without a trace is missed since its directory was first used`() async throws {
        do { _ = try await site.open().append([SpoolSite.record(1)]) }
        do { _ = try await site.reopen() }
        Directory.remove(site.path)
        #expect(try await site.reopen().aliveBefore != nil)
    }
}
