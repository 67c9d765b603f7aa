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
        #expect(await spool.counts[.cel] == RecordCounts(received: 6, delivered: 3, waiting: 3))
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
        #expect(try await spool.perform { try $0.queue.forgetOldKeys(now: Timestamp(seconds: 1000 + days)) } == false)
        #expect(try await spool.append(SpoolSite.records(0..<5000)).duplicates == 5000)
        while try await spool.perform({ try $0.queue.forgetOldKeys(now: Timestamp(seconds: 5000 + days)) }) {}
        #expect(try await spool.append(SpoolSite.records(3990..<5000)).duplicates == 1000)
    }
}

/// The budget of keys: an eighth of the limit, in addition to it.
struct KeyBudgetTests {
    private var site = SpoolSite()

    /// The total size of the files in the spool's directory, in bytes.
    private func folderBytes() -> Int { SpoolSite.bytes(in: site.directory.path) }

    /// Appends records and delivers them, 200 at a time; returns the levels that the spool had meanwhile.
    private func deliver(_ numbers: Range<Int>, through spool: RecordSpool) async throws -> Set<Admission.Level> {
        var levels: Set<Admission.Level> = []
        for first in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 200) {
            _ = try await spool.append(SpoolSite.records(first..<first + 200, size: 200))
            try await spool.acknowledge(try #require(try await spool.freeze(200, key: "\(first)")))
            levels.insert(spool.figures.level)
        }
        return levels
    }

    @Test mutating func `far more delivered keys than fit never stop intake, and the oldest go first`() async throws {
        site.maxBytes = 1 << 20
        let spool = try site.open()
        let count = 40_000
        #expect(try await deliver(0..<count, through: spool) == [.all])
        let figures = spool.figures
        #expect(figures.maxKeyBytes == site.maxBytes / 8)
        #expect(figures.keyBytes <= figures.maxKeyBytes + figures.maxKeyBytes / 8)
        #expect(figures.keys + figures.forgottenKeys == count)
        #expect(figures.usedBytes < 128 << 10, "keys count as fill: \(figures.usedBytes)")
        #expect(folderBytes() <= site.maxBytes * 5 / 4 + 8 << 20, "\(folderBytes())")
        let newest = count - figures.maxKeyBytes / 64
        #expect(try await spool.append(SpoolSite.records(newest..<count)).duplicates == count - newest)
        #expect(try await spool.append(SpoolSite.records(0..<100)).duplicates == 0)
    }

    @Test func `what keys take is what they are counted with`() async throws {
        let spool = try site.open()
        #expect(try await deliver(0..<40_000, through: spool) == [.all])
        let figures = spool.figures
        #expect(figures.keys == 40_000 && figures.forgottenKeys == 0)
        #expect(figures.usedBytes < 128 << 10, "a key takes more than it is counted with: \(figures.usedBytes)")
    }

    @Test mutating func `the counts outlive a restart, and a smaller budget is reached by itself`() async throws {
        do {
            let spool = try site.open()
            _ = try await deliver(0..<10_000, through: spool)
            await spool.close()
        }
        site.maxBytes = 1 << 20
        let spool = try await site.reopen()
        #expect(spool.figures.keys == 10_000)
        while try await spool.perform({ try $0.queue.forgetOldKeys(now: Timestamp(seconds: 2000)) }) {}
        #expect(spool.figures.keys == site.maxBytes / 8 / 32)
        #expect(spool.figures.forgottenKeys == 10_000 - spool.figures.keys)
        await spool.close()
        #expect(try await site.reopen().figures.forgottenKeys == 10_000 - site.maxBytes / 8 / 32)
    }

    @Test mutating func `a full spool stays within its bound, and names what fills it`() async throws {
        site.maxBytes = 2 << 20
        let spool = try site.open()
        _ = try await deliver(0..<20_000, through: spool)
        var first = 100_000
        let error = await #expect(throws: SpoolError.self) {
            while true {
                let group = (first..<first + 100).map { SpoolSite.record($0, kind: .cdr, size: 500) }
                first += 100
                _ = try await spool.append(group)
            }
        }
        #expect(error == .full(path: spool.path, cause: .backlog))
        #expect(spool.figures.usedBytes <= site.maxBytes * 11 / 10 + 128 << 10, "one group beyond: \(spool.figures)")
        #expect(folderBytes() <= site.maxBytes * 5 / 4 + 8 << 20)
        while let batch = try await spool.freeze(100, key: "k\(first)") {
            first += 1
            try await spool.moveToDeadLetters(batch, status: 400, reason: "no")
        }
        #expect(folderBytes() <= site.maxBytes * 5 / 4 + 8 << 20)
        try await spool.inspect()
        #expect(spool.figures.fillCause == .deadLetters)
    }
}
