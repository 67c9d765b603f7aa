import Basics
import Glibc
import Spool
import TestSupport
import Testing

struct RecoveryTests {
    private let site = SpoolSite()

    /// Leaves a spool with these records, the first of them in a batch.
    private func leaveBehind(_ count: Int, frozen: Int = 3) async throws {
        let spool = try site.open()
        for first in stride(from: 0, to: count, by: 100) {
            _ = try await spool.append(SpoolSite.records(first..<min(count, first + 100), size: 500))
        }
        _ = try await spool.freeze(frozen, key: "frozen")
        await spool.close()
    }

    /// Changes the file while it is not in use.
    private func change(_ change: (inout [UInt8]) -> Void) throws {
        var bytes = try FileContents.read(site.path)
        change(&bytes)
        try FileContents.write(bytes, to: site.path)
    }

    private func setAside() -> [String] {
        Directory.names(in: site.directory.path).filter { $0.hasPrefix("spool.db.damaged-") && !$0.hasSuffix("-wal") }
    }

    @Test func `a destroyed page costs its rows, which are counted and declared`() async throws {
        try await leaveBehind(1000)
        try change { bytes in
            // A page with records, not with their keys.
            let body = [UInt8](repeating: 0x78, count: 400)
            let pages = stride(from: 0, to: bytes.count - 4095, by: 4096)
                .filter { bytes[$0..<$0 + 4096].firstRange(of: body) != nil }
            guard !pages.isEmpty else { return }
            let page = pages[pages.count / 2]
            for index in page..<page + 4096 { bytes[index] = 0x55 }
        }
        let spool = try await site.reopen()
        var found: [Int] = []
        found += await everything(in: spool)
        let lost = 1000 - found.count
        #expect((1..<30).contains(lost), "lost \(lost)")
        #expect(Set(found).count == found.count)
        let counts = await spool.counts[.cel]
        #expect(counts == RecordCounts(received: 1000, delivered: found.count, lost: lost))
        let gaps = try await spool.perform { try $0.gaps.page(after: 0, limit: 9) }
        #expect(gaps.map(\.cause) == ["damaged"])
        #expect(gaps.map(\.events) == [lost])
        let before = try #require(gaps.first?.before.map(SpoolSite.number))
        let after = try #require(gaps.first?.after.map(SpoolSite.number))
        #expect(Set(0..<1000).subtracting(found).allSatisfy { before < $0 && $0 < after }, "\(before), \(after)")
        #expect(setAside().count == 1, "the damaged file is kept")
        #expect(spool.figures.generation == 2)
    }

    /// Delivers everything in a spool; damage is detected when it is read, and repaired by the next attempt.
    private func everything(in spool: RecordSpool) async -> [Int] {
        var found: [Int] = []
        var errors = 0
        while errors < 3 {
            do throws(SpoolError) {
                guard let batch = try await drained(spool) else { break }
                found += batch
            } catch {
                errors += 1
            }
        }
        return found
    }

    /// Delivers the next batch of a spool; `nil` when there is none.
    private func drained(_ spool: RecordSpool) async throws(SpoolError) -> [Int]? {
        var batch = try await spool.perform { try $0.queue.frozenBatches() }.first
        if batch == nil { batch = try await spool.freeze(300, key: "k\(spool.figures.waiting)") }
        guard let batch else { return nil }
        try await spool.acknowledge(batch)
        return SpoolSite.numbers(batch)
    }

    @Test func `a changed byte in a body is noticed before it is sent`() async throws {
        try await leaveBehind(50)
        try change { bytes in
            let text = Array("{\"n\":10,".utf8)
            guard let at = bytes.indices.first(where: { bytes[$0...].starts(with: text) }) else { return }
            bytes[at + 5] = UInt8(ascii: "9")
        }
        let spool = try await site.reopen()
        let found = await everything(in: spool)
        #expect(found.sorted() == (0..<50).filter { $0 != 10 })
        #expect(await spool.counts[.cel] == RecordCounts(received: 50, delivered: 49, lost: 1))
    }

    @Test(arguments: ["", "x", String(repeating: "x", count: 4096)])
    func `a garbage tail of the log is ignored`(garbage: String) async throws {
        try await leaveBehind(20)
        try FileContents.write(Array(garbage.utf8), to: site.path + "-wal")
        #expect(await (try site.reopen()).waiting == 20)
    }

    @Test(arguments: [0..<16, 16..<100, 28..<32, 68..<72, 100..<4096, 0..<4096])
    func `a damaged first page is replaced`(range: Range<Int>) async throws {
        try await leaveBehind(100)
        try change { bytes in for index in range { bytes[index] ^= 0xff } }
        let spool = try await site.reopen()
        #expect(await everything(in: spool).sorted() == Array(0..<100))
        #expect(spool.figures.isBalanced)
    }

    @Test func `a truncated file gives what is left of it`() async throws {
        try await leaveBehind(1000)
        try change { bytes in
            // The file has blocks after its last page; the header has the number of pages.
            let pages = bytes[28..<32].reduce(0) { $0 << 8 | Int($1) }
            bytes.removeLast(bytes.count - (pages - 50) * 4096)
        }
        let spool = try await site.reopen()
        let counts = try #require(await spool.counts[.cel])
        #expect(counts.lost > 0 && counts.waiting > 0)
        #expect(counts.isBalanced)
        #expect(try await spool.perform { try $0.gaps.page(after: 0, limit: 9) }.map(\.cause) == ["damaged"])
    }

    @Test func `a batch that lost a record is not sent under its old key`() async throws {
        try await leaveBehind(100, frozen: 60)
        try change { bytes in
            let text = Array("{\"n\":30,".utf8)
            guard let at = bytes.indices.first(where: { bytes[$0...].starts(with: text) }) else { return }
            bytes[at + 1] = 0
        }
        let spool = try await site.reopen()
        _ = try? await spool.perform { try $0.queue.frozenBatches() }
        #expect(try await spool.perform { try $0.queue.frozenBatches() }.isEmpty)
        #expect(await spool.unfrozen == 99)
    }

    @Test func `a file that is removed while in use comes back with all its records`() async throws {
        let spool = try site.open()
        _ = try await spool.append(SpoolSite.records(0..<10))
        let batch = try #require(try await spool.freeze(4))
        Directory.remove(site.path)
        Directory.remove(site.path + "-wal")
        try await spool.inspect()
        #expect(spool.figures.generation == 2)
        try await spool.acknowledge(batch)
        _ = try await spool.append(SpoolSite.records(10..<12))
        await spool.close()
        let again = try await site.reopen()
        #expect(SpoolSite.numbers(try await again.freeze(100)) == Array(4..<12))
        #expect(try await again.perform { try $0.gaps.page(after: 0, limit: 9) }.isEmpty, "nothing was lost")
    }

    @Test func `a directory that is removed and made again is used again`() async throws {
        let spool = try site.open()
        _ = try await spool.append(SpoolSite.records(0..<10))
        Directory.remove(site.directory.path)
        await #expect(throws: SpoolError.self) {
            try FileContents.write([], to: site.directory.path)
            defer { Directory.remove(site.directory.path) }
            try await spool.inspect()
        }
        _ = try Directory.make(site.directory.path)
        try await spool.inspect()
        #expect(await spool.waiting == 10)
        #expect(SpoolSite.numbers(try await spool.freeze(100)) == Array(0..<10))
        #expect(Directory.names(in: site.directory.path).contains("spool.db"))
    }

    @Test func `a spool of version 1 is brought up to date with all it has`() async throws {
        try FileContents.write(Fixture.bytes("spool/version-1.db"), to: site.path)
        let spool = try site.open()
        #expect(
            await spool.counts == [
                .cdr: RecordCounts(received: 17, waiting: 17), .cel: RecordCounts(received: 199, waiting: 199),
            ]
        )
        let batches = try await spool.perform { try $0.queue.frozenBatches() }
        #expect(batches.map(\.records.count) == [5, 5, 5, 5])
        for batch in batches { try await spool.acknowledge(batch) }
        let rest = try #require(try await spool.freeze(1000, avoiding: [], key: "rest"))
        #expect(rest.records.count == 196)
        try await spool.acknowledge(rest)
        _ = try await spool.append([SpoolSite.record(1)])
        #expect(try await spool.freeze(1, key: "new")?.records.map(\.sequence) == [217])
        #expect(spool.figures.isBalanced)
    }

    @Test(arguments: [2, 3, 4, 5])
    func `a spool of each later version is brought up to date with all it has`(version: Int) async throws {
        try FileContents.write(Fixture.bytes("spool/version-\(version).db"), to: site.path)
        let spool = try site.open()
        let figures = spool.figures
        #expect(figures.waiting > 0 && figures.isBalanced)
        #expect(figures.keys == 7, "keys that were there are counted")
        #expect(figures.gaps == 1 && figures.latestGaps.map(\.count) == [1])
        for batch in try await spool.perform({ try $0.queue.frozenBatches() }) { try await spool.acknowledge(batch) }
        while let batch = try await spool.freeze(100, key: "k\(spool.figures.waiting)") {
            try await spool.acknowledge(batch)
        }
        _ = try await spool.append([SpoolSite.record(1_000_000)], intake: 1)
        #expect(spool.figures.keys == 8 && spool.figures.waiting == 1)
        await spool.close()
        let again = try await site.reopen()
        #expect(again.figures.keys == 8 && again.figures.isBalanced && again.figures.generation == 1)
    }

    @Test func `a newer spool is refused untouched`() async throws {
        try await leaveBehind(3)
        // The version is at byte 60 of the header (sqlite.org/fileformat2.html).
        try change { $0[63] = 99 }
        let before = try FileContents.read(site.path)
        let error = #expect(throws: SpoolError.self) { try site.open() }
        #expect(error == .newer(path: site.path, version: 99))
        #expect(try FileContents.read(site.path) == before)
    }

    @Test(arguments: ["building", "next"])
    func `a replacement that was interrupted is forgotten or completed`(stage: String) async throws {
        try await leaveBehind(5)
        let old = try FileContents.read(site.path)
        try await leaveBehind(0, frozen: 0)
        try FileContents.write(stage == "next" ? old : [1, 2, 3], to: "\(site.path).\(stage)")
        let spool = try await site.reopen()
        #expect(await spool.waiting == 5)
        #expect(setAside().count == (stage == "next" ? 1 : 0))
    }
}
