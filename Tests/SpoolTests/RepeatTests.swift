import Basics
import SQLite
import Spool
import TestSupport
import Testing

/// Calls that are repeated after their commit succeeded but reported a failure.
struct RepeatTests {
    /// Makes successful changes report errors, one for each code.
    private final class Fault: Sendable {
        private let codes = Lock<[Int32]>([])

        func fail(with codes: [Int32]) { self.codes.withLock { $0 = codes } }

        func next() -> SQLiteError? {
            codes.withLock { codes in
                codes.isEmpty
                    ? nil : SQLiteError(code: codes.removeFirst(), message: "unknown outcome", operation: "COMMIT")
            }
        }
    }

    private let fault = Fault()
    private var site = SpoolSite()

    init() { site.commitFault = { [fault] in fault.next() } }

    /// After an I/O error a new file replaces the old one; after a full disk the file is not even opened again.
    ///
    /// SQLITE_IOERR_FSYNC, SQLITE_FULL, SQLITE_CANTOPEN (sqlite.org/rescode.html).
    private static let codes: [Int32] = [1034, 13, 14]

    @Test(arguments: codes)
    func `nothing of a group is counted or kept twice`(code: Int32) async throws {
        let spool = try site.open()
        _ = try await spool.append([SpoolSite.record(1)], intake: 5)
        let group = [SpoolSite.record(1), SpoolSite.record(2), SpoolSite.record(3, kind: .cdr)]
        var notes = CallNotes()
        notes.recordings = [
            RecordingNote(
                name: 7,
                path: Array("a.wav".utf8),
                uniqueID: Array("1.1".utf8),
                linkedID: [],
                isCertain: true,
                receivedAt: Timestamp(seconds: 1)
            )
        ]
        var answers: [RecordSpool.Appended] = []
        for attempt in 0..<3 {
            fault.fail(with: attempt < 2 ? [code] : [])
            do throws(SpoolError) {
                answers.append(try await spool.append(group, filtered: [.cdr: 4], notes: notes, intake: 6))
            } catch {
                #expect(attempt < 2, "\(error)")
            }
        }
        #expect(answers.map(\.accepted) == [[.cel: 1, .cdr: 1]], "the answer is that of the attempt that worked")
        #expect(answers.map(\.duplicates) == [1])
        #expect(await spool.counts[.cdr] == RecordCounts(received: 5, waiting: 1, filtered: 4))
        #expect(await spool.counts[.cel] == RecordCounts(received: 2, waiting: 2))
        #expect(try await spool.perform { try $0.calls.recordings(named: 7) }.count == 1)
        #expect(spool.figures.keys == 3 && spool.figures.isBalanced)
        #expect(try await spool.append([SpoolSite.record(9)], filtered: [.cdr: 1], intake: 7).accepted == [.cel: 1])
        #expect(await spool.counts[.cdr]?.filtered == 5)
    }

    @Test(arguments: codes)
    func `what a full spool refuses is refused once`(code: Int32) async throws {
        var site = site
        site.maxBytes = 1 << 20
        let spool = try site.open()
        for first in stride(from: 0, to: 4000, by: 20) where spool.figures.level == .all {
            _ = try await spool.append(SpoolSite.records(first..<first + 20, size: 900))
        }
        #expect(spool.figures.level == .cdrsOnly)
        let group = [SpoolSite.record(5000), SpoolSite.record(5001, kind: .cdr)]
        fault.fail(with: [code])
        _ = try? await spool.append(group, intake: 1)
        #expect(try await spool.append(group, intake: 1).refused == [.cel: 1])
        #expect(await spool.counts[.cel]?.refused == 1)
        #expect(try await spool.perform { try $0.gaps.page(after: 0, limit: 9) }.map(\.events) == [1])
    }

    @Test(arguments: codes)
    func `a gap is declared once`(code: Int32) async throws {
        let spool = try site.open()
        let gap = NewGap(cause: "overflow", from: Timestamp(seconds: 1), to: Timestamp(seconds: 2), events: 3)
        fault.fail(with: [code])
        await #expect(throws: SpoolError.self) { try await spool.perform { try $0.declare(gap, intake: 1) } }
        try await spool.perform { try $0.declare(gap, intake: 1) }
        #expect(spool.figures.gapsByCause == ["overflow": 1])
        #expect(try await spool.perform { try $0.gaps.page(after: 0, limit: 9) }.count == 1)
        _ = try await spool.append([SpoolSite.record(1)], intake: 2)
        let gaps = try await spool.perform { try $0.gaps.page(after: 0, limit: 9) }
        #expect(gaps.map { $0.after.map(SpoolSite.number) } == [1])
    }
}
