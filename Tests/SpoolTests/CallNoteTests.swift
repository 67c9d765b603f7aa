import Basics
import Spool
import TestSupport
import Testing

struct CallNoteTests {
    private var site = SpoolSite()
    private let now = Timestamp(seconds: 1_795_224_725)

    private func key(_ id: String) -> Int {
        let start = id.split(separator: ".").first.flatMap { Int($0) }
        return CallKey.make(start: start, hash: Array(id.utf8)[...].stableHash)
    }

    private func call(
        _ id: String,
        linked: String = "",
        to destination: String = "101",
        billsec: Int? = nil,
        at seconds: Int = 0
    ) -> CallNote {
        CallNote(
            channel: key(id),
            uniqueID: Array(id.utf8),
            linkedID: Array(linked.utf8),
            source: Array("4165550000".utf8),
            destination: Array(destination.utf8),
            direction: "inbound",
            queue: [],
            isAnswered: billsec != nil,
            billableSeconds: billsec ?? 0,
            receivedAt: now.adding(seconds: seconds)
        )
    }

    private func recording(
        _ path: String,
        _ id: String = "1795224725.1",
        isCertain: Bool = true,
        at seconds: Int = 0
    ) -> RecordingNote {
        RecordingNote(
            name: 7,
            path: Array(path.utf8),
            uniqueID: Array(id.utf8),
            linkedID: [],
            isCertain: isCertain,
            receivedAt: now.adding(seconds: seconds)
        )
    }

    private func keep(_ calls: [CallNote] = [], _ recordings: [RecordingNote] = [], in spool: RecordSpool) async throws
    {
        var notes = CallNotes()
        notes.calls = calls
        notes.recordings = recordings
        _ = try await spool.append([], notes: notes)
    }

    private func known(_ id: String, in spool: RecordSpool) async throws -> CallNote? {
        try await spool.perform { try $0.calls.call(Array(id.utf8), channel: key(id)) }
    }

    @Test func `a call is found by its UniqueID, and not before its CDR came`() async throws {
        let spool = try site.open()
        #expect(try await known("1795224725.1", in: spool) == nil)
        let note = call("1795224725.1", linked: "1795224725.0", billsec: 7)
        try await keep([note, call("1795224725.2")], in: spool)
        #expect(try await known("1795224725.1", in: spool) == note)
        #expect(try await known("1795224725.3", in: spool) == nil)
        #expect(spool.figures.rememberedCDRs == 2)
    }

    @Test(arguments: [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]])
    func `of the CDRs of one UniqueID the answered one with the longest talk counts, in any order`(
        order: [Int]
    ) async throws {
        let spool = try site.open()
        let notes = [
            call("1795224725.1", to: "201"), call("1795224725.1", to: "202", billsec: 0),
            call("1795224725.1", to: "203", billsec: 61), call("1795224725.1", to: "204", billsec: 60),
        ]
        for index in order { try await keep([notes[index]], in: spool) }
        #expect(try await known("1795224725.1", in: spool) == notes[2])
    }

    @Test func `an unanswered CDR with more seconds is not better than an answered one`() async throws {
        let spool = try site.open()
        let long = CallNote(
            channel: key("1795224725.1"),
            uniqueID: Array("1795224725.1".utf8),
            linkedID: [],
            source: [],
            destination: Array("999".utf8),
            direction: "internal",
            queue: [],
            isAnswered: false,
            billableSeconds: 300,
            receivedAt: now
        )
        try await keep([call("1795224725.1", billsec: 1), long], in: spool)
        #expect(try await known("1795224725.1", in: spool)?.destination == Array("101".utf8))
    }

    @Test func `a linkedid leads to its own call, else to the best of those that have it`() async throws {
        let spool = try site.open()
        try await keep(
            [
                call("1795224725.3", linked: "1795224725.1", to: "3", billsec: 2),
                call("1795224725.2", linked: "1795224725.1", to: "2", billsec: 9),
                call("1795224725.4", linked: "1795224725.1", to: "4"),
                call("1795224725.5", linked: "1795224725.5", to: "5", billsec: 99), call("1795224725.6", to: "6"),
            ],
            in: spool
        )
        #expect(try await known("1795224725.1", in: spool)?.destination == Array("2".utf8))
        try await keep([call("1795224725.1", linked: "1795224725.1", to: "1")], in: spool)
        #expect(try await known("1795224725.1", in: spool)?.destination == Array("1".utf8))
        #expect(try await spool.perform { try $0.calls.call([], channel: 0) } == nil, "no linkedid is no linkedid")
    }

    @Test func `ids that tell no time and share a key are told apart`() async throws {
        let spool = try site.open()
        let ids: [[UInt8]] = [[0xff, 0x0a, 0x27], Array("x-chosen by ARI".utf8), [0]]
        let notes = ids.map {
            CallNote(
                channel: 5,
                uniqueID: $0,
                linkedID: $0,
                source: $0,
                destination: [0xc3],
                direction: "outbound",
                queue: $0,
                isAnswered: true,
                billableSeconds: 1,
                receivedAt: now
            )
        }
        try await keep(notes, in: spool)
        for (id, note) in zip(ids, notes) {
            #expect(try await spool.perform { try $0.calls.call(id, channel: 5) } == note)
        }
    }

    @Test func `what was told of files with one name is there, the latest first`() async throws {
        let spool = try site.open()
        let notes = [
            recording("/m/a.wav", "1.1"), recording("a.wav", "1.2", isCertain: false), recording("/m/a.wav", "1.3"),
        ]
        try await keep([], Array(notes[..<2]), in: spool)
        try await keep([], [notes[2]], in: spool)
        #expect(try await spool.perform { try $0.calls.recordings(named: 7) } == notes.reversed())
        #expect(try await spool.perform { try $0.calls.recordings(named: 8) } == [])
    }

    @Test func `everything is there after a restart`() async throws {
        let note = call("1795224725.1", linked: "1795224725.0", billsec: 7)
        do {
            let spool = try site.open()
            try await keep([note], [recording("/m/a.wav")], in: spool)
        }
        let spool = try await site.reopen()
        #expect(try await known("1795224725.1", in: spool) == note)
        #expect(try await known("1795224725.0", in: spool) == note)
        #expect(try await spool.perform { try $0.calls.recordings(named: 7) } == [recording("/m/a.wav")])
        #expect(spool.figures.rememberedCDRs == 1)
    }

    @Test func `an append that is repeated, since it seemed to fail, changes nothing`() async throws {
        let spool = try site.open()
        var notes = CallNotes()
        notes.calls = [call("1795224725.1", billsec: 7)]
        for _ in 0..<2 { _ = try await spool.append([SpoolSite.record(1, kind: .cdr)], notes: notes) }
        #expect(try await known("1795224725.1", in: spool) == notes.calls[0])
        #expect(await spool.counts[.cdr] == RecordCounts(received: 1, waiting: 1))
    }

    /// Deletes old notes as housekeeping does; returns how many portions it took.
    private func forget(_ spool: RecordSpool, age: Int, after seconds: Int) async throws -> Int {
        var portions = 0
        while try await spool.perform({ try $0.forgetCalls(age: age, now: now.adding(seconds: seconds)) }) {
            portions += 1
        }
        return portions
    }

    @Test func `what is old is forgotten by the time its CDR came, in small portions`() async throws {
        let spool = try site.open()
        let old = (0..<2500).map { call("17952\($0 + 10000).1") }
        try await keep(
            old + [call("1700000000.1", at: 100)],
            [recording("/m/a.wav"), recording("/b", at: 100)],
            in: spool
        )
        #expect(try await forget(spool, age: 60, after: 60) == 0, "nothing is older than that")
        #expect(try await forget(spool, age: 60, after: 61) == 3)
        #expect(spool.figures.rememberedCDRs == 1)
        #expect(try await known("1700000000.1", in: spool) != nil, "a long call")
        #expect(try await spool.perform { try $0.calls.recordings(named: 7) }.map(\.path) == [Array("/b".utf8)])
        _ = try await forget(spool, age: 0, after: 200)
        #expect(spool.figures.rememberedCDRs == 0)
        try await keep([call("1795224725.1")], in: spool)
        #expect(spool.figures.rememberedCDRs == 1)
    }

    @Test func `as long as a recording waits, nothing that it may need is forgotten`() async throws {
        let spool = try site.open()
        try await keep([call("1795224725.1")], in: spool)
        let look = FileStamp(device: 1, inode: 2, size: 16044, modified: 5)
        let sighting = RecordingSighting(look: look, path: Array("/m/a.wav".utf8), rootLength: 2, isReady: true)
        for _ in 0..<2 { try await spool.perform { try $0.recordings.note([sighting], at: now.adding(seconds: 10)) } }
        #expect(try await forget(spool, age: 60, after: 9000) == 0)
        _ = try await spool.uploaded(recording: 1, at: now)
        #expect(try await forget(spool, age: 60, after: 9000) == 1)
    }

    @Test func `there are never many more than the spool has room for, and the first go first`() async throws {
        var site = site
        site.maxBytes = 1 << 20
        let spool = try site.open()
        try await keep((0..<3000).map { call("179522\($0 + 1000).1") }, in: spool)
        #expect(try await forget(spool, age: 60, after: 0) == 2)
        #expect(spool.figures.rememberedCDRs == 1024)
        #expect(try await known("1795222975.1", in: spool) == nil)
        #expect(try await known("1795222976.1", in: spool) != nil)
    }

    @Test(arguments: [1, 2, 3, 4, 5])
    func `a spool of an older version knows no call, and learns of them`(version: Int) async throws {
        try FileContents.write(Fixture.bytes("spool/version-\(version).db"), to: site.path)
        do {
            let spool = try site.open()
            #expect(spool.figures.isBalanced)
            try await keep([call("1795224725.1")], [recording("/m/a.wav")], in: spool)
            await spool.close()
        }
        let spool = try await site.reopen()
        #expect(spool.figures.rememberedCDRs == 1)
        #expect(try await spool.perform { try $0.calls.recordings(named: 7) }.count == 1)
    }

    @Test func `a spool of version 2 is brought up to date with all it has`() async throws {
        try FileContents.write(Fixture.bytes("spool/version-2.db"), to: site.path)
        let spool = try site.open()
        #expect(
            await spool.counts == [
                .cdr: RecordCounts(received: 3, waiting: 1, filtered: 2),
                .cel: RecordCounts(received: 6, waiting: 5, dead: 1),
            ]
        )
        #expect(try await spool.perform { try $0.queue.frozenBatches() }.map { SpoolSite.numbers($0) } == [[1, 2]])
        #expect(SpoolSite.numbers(try await spool.freeze(100)) == [3, 4, 5, 6])
        #expect(try await spool.perform { try $0.snapshots.all() } == [Array("{}".utf8)])
        #expect(try await spool.perform { try $0.gaps.page(after: 0, limit: 9) }.map(\.cause) == ["disconnected"])
        let waiting = try await spool.perform { try $0.recordings.page(.waiting, after: 0, limit: 9) }
        #expect(waiting.map(\.path) == [Array("/m/a.wav".utf8)])
    }

    @Test func `a damaged spool keeps the calls that can be read`() async throws {
        do {
            let spool = try site.open()
            try await keep((0..<2000).map { call("1795\($0 + 100_000).1") }, [recording("/m/a.wav")], in: spool)
            await spool.close()
        }
        var bytes = try FileContents.read(site.path)
        let text = Array("4165550000".utf8)
        let pages = stride(from: 0, to: bytes.count, by: 4096).filter { page in
            (page..<page + 4096 - text.count).contains { bytes[$0...].starts(with: text) }
        }
        let middle = pages[pages.count / 2]
        for index in middle..<middle + 4096 { bytes[index] = 0x55 }
        try FileContents.write(bytes, to: site.path)
        let spool = try await site.reopen()
        for number in 0..<2000 { _ = try? await known("1795\(number + 100_000).1", in: spool) }
        var lost = 0
        for number in 0..<2000 where try await known("1795\(number + 100_000).1", in: spool) == nil { lost += 1 }
        #expect((1..<100).contains(lost), "\(lost)")
        #expect(try await spool.perform { try $0.calls.recordings(named: 7) }.count == 1)
        #expect(spool.figures.generation == 2)
        try await keep([call("1795224725.1")], in: spool)
        #expect(try await known("1795224725.1", in: spool) != nil)
    }
}
