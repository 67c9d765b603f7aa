import Basics
import Spool
import TestSupport
import Testing

struct AdmissionTests {
    private let plenty = DiskSpace(free: 1 << 40, size: 1 << 41)

    @Test func `CELs stop at the limit, CDRs a tenth later, and both come back with some distance`() {
        var admission = Admission(maxBytes: 1000)
        let steps: [(used: Int, level: Admission.Level)] = [
            (999, .all), (1000, .cdrsOnly), (950, .cdrsOnly), (1099, .cdrsOnly), (1100, .nothing), (1060, .nothing),
            (1050, .cdrsOnly), (901, .cdrsOnly), (900, .all), (999, .all),
        ]
        for step in steps {
            admission.update(used: step.used, disk: plenty)
            #expect(admission.level == step.level, "at \(step.used)")
        }
    }

    @Test func `the same goes for the room on the disk`() {
        var admission = Admission(maxBytes: 1000)
        let steps: [(percentFree: Int, level: Admission.Level)] = [
            (10, .all), (9, .cdrsOnly), (11, .cdrsOnly), (12, .all), (4, .nothing), (5, .nothing), (6, .cdrsOnly),
            (13, .all),
        ]
        for step in steps {
            admission.update(used: 0, disk: DiskSpace(free: step.percentFree * 10, size: 1000))
            #expect(admission.level == step.level, "with \(step.percentFree) % free")
        }
    }

    @Test func `a large disk that the spool cannot fill stops nothing`() {
        var admission = Admission(maxBytes: 1000)
        admission.update(used: 0, disk: DiskSpace(free: 2000, size: 1_000_000))
        #expect(admission.level == .all)
        admission.update(used: 0, disk: DiskSpace(free: 1999, size: 1_000_000))
        #expect(admission.level == .nothing)
        admission.update(used: 0, disk: nil)
        #expect(admission.level == .all, "nobody knows")
    }

    @Test func `a spool at its limit refuses CELs as one gap, takes CDRs, and recovers`() async throws {
        var site = SpoolSite()
        site.maxBytes = 610_000
        let spool = try site.open()
        _ = try await spool.append(SpoolSite.records(0..<400, size: 1000))
        try await spool.inspect()
        #expect(spool.figures.level == .cdrsOnly)
        for first in [1000, 1010] {
            let mixed = (first..<first + 4).map { SpoolSite.record($0, kind: $0 % 2 == 0 ? .cel : .cdr) }
            let appended = try await spool.append(mixed)
            #expect(appended.accepted == [.cdr: 2])
            #expect(appended.refused == [.cel: 2])
        }
        let gaps = try await spool.perform { try $0.gaps.page(after: 0, limit: 9) }
        #expect(gaps.map(\.cause) == ["refused"])
        #expect(gaps.map(\.events) == [4])
        #expect(gaps.map { $0.before.map(SpoolSite.number) } == [399])
        #expect(gaps.map(\.after) == [nil], "CDRs do not end it")
        try await spool.acknowledge(try #require(try await spool.freeze(400)))
        try await spool.inspect()
        #expect(spool.figures.level == .all)
        #expect(try await spool.append([SpoolSite.record(1000), SpoolSite.record(2000)]).accepted == [.cel: 2])
        let ended = try await spool.perform { try $0.gaps.page(after: 0, limit: 9) }
        #expect(ended.map { $0.after.map(SpoolSite.number) } == [1000])
        #expect(await spool.counts[.cel] == RecordCounts(received: 406, delivered: 400, waiting: 2, refused: 4))
        #expect(spool.figures.isBalanced)
    }

    @Test func `a spool beyond its limit takes nothing and says what to do`() async throws {
        var site = SpoolSite()
        site.maxBytes = 300_000
        let spool = try site.open()
        _ = try await spool.append(SpoolSite.records(0..<400, size: 1000))
        try await spool.inspect()
        #expect(spool.figures.level == .nothing)
        let error = await #expect(throws: SpoolError.self) {
            try await spool.append([SpoolSite.record(1000, kind: .cdr)])
        }
        #expect(error?.description.contains("SPOOL_MAX_BYTES") == true)
        #expect(try await spool.freeze(1) != nil, "deliveries go on")
    }
}
