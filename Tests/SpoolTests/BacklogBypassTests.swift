import Basics
import Spool
import TestSupport
import Testing

struct BacklogBypassTests {
    private let site = SpoolSite()

    private func record(_ number: Int, call start: Int) -> NewRecord {
        SpoolSite.record(number, call: CallKey.make(start: start, hash: start))
    }

    @Test func `calls that began after the backlog go ahead, the rest of its calls does not`() async throws {
        let spool = try site.open()
        _ = try await spool.append((0..<50).map { record($0, call: 100 + $0 % 10) })
        #expect(try await spool.freeze(10, lane: .live, key: "none") == nil, "the lane begins behind the backlog")
        _ = try await spool.append([record(50, call: 105), record(51, call: 110), record(52, call: 111)])
        let live = try #require(try await spool.freeze(10, lane: .live, key: "live"))
        #expect(SpoolSite.numbers(live) == [51, 52])
        #expect(try await spool.freeze(10, lane: .live, key: "none") == nil)
        _ = try await spool.append([record(53, call: 110), record(54, call: 112)])
        let busy = Set(live.records.map(\.call))
        #expect(SpoolSite.numbers(try await spool.freeze(10, lane: .live, avoiding: busy, key: "more")) == [54])
        try await spool.acknowledge(live)
        #expect(SpoolSite.numbers(try await spool.freeze(10, lane: .live, key: "rest")) == [53])
        let backlog = try #require(try await spool.freeze(100, key: "backlog"))
        #expect(SpoolSite.numbers(backlog) == Array(0...50), "each once")
    }

    @Test func `a lane that has become a backlog itself begins anew`() async throws {
        let spool = try site.open()
        _ = try await spool.append([record(0, call: 100)])
        #expect(try await spool.freeze(10, lane: .live, key: "none") == nil)
        _ = try await spool.append((1..<5000).map { record($0, call: 100 + $0) })
        #expect(try await spool.freeze(10, lane: .live, key: "none") == nil)
        _ = try await spool.append([record(5000, call: 4000), record(5001, call: 5100)])
        #expect(SpoolSite.numbers(try await spool.freeze(10, lane: .live, key: "live")) == [5001])
        #expect(SpoolSite.numbers(try await spool.freeze(2, key: "old")) == [0, 1])
    }
}
