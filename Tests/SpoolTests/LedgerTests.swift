import Basics
import Spool
import TestSupport
import Testing

struct LedgerTests {
    private let site = SpoolSite()

    @Test func `a record read twice is accepted once, also after it was delivered and after a restart`() async throws {
        do {
            let spool = try site.open()
            _ = try await spool.append(SpoolSite.records(0..<4))
            let again = try await spool.append(SpoolSite.records(2..<6))
            #expect(again.duplicates == 2)
            #expect(again.accepted == [.cel: 2])
            try await spool.acknowledge(try #require(try await spool.freeze(3)))
        }
        let spool = try await site.reopen()
        #expect(try await spool.append(SpoolSite.records(0..<6)).duplicates == 6)
        #expect(await spool.waiting == 3)
        #expect(await spool.tally[.cel] == Tally(received: 6, delivered: 3, waiting: 3))
    }

    @Test func `the same key twice in one group counts once`() async throws {
        let spool = try site.open()
        let appended = try await spool.append([SpoolSite.record(1), SpoolSite.record(1)])
        #expect(appended.duplicates == 1)
        #expect(await spool.waiting == 1)
    }

    @Test func `keys are forgotten after fourteen days, not before`() async throws {
        let spool = try site.open()
        _ = try await spool.append(SpoolSite.records(0..<5000))
        let days = 14 * 86400
        #expect(try await spool.forgetOldKeys(now: Timestamp(seconds: 1000 + days)) == false)
        #expect(try await spool.append(SpoolSite.records(0..<5000)).duplicates == 5000)
        while try await spool.forgetOldKeys(now: Timestamp(seconds: 5000 + days)) {}
        #expect(try await spool.append(SpoolSite.records(3990..<5000)).duplicates == 1000)
    }
}
