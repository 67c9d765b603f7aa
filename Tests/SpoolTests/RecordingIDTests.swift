import Basics
import Spool
import TestSupport
import Testing

struct RecordingIDTests {
    private var site = SpoolSite()
    private let now = Timestamp(seconds: 1_795_224_725)

    private func find(_ inodes: [Int], in spool: RecordSpool, modified: Int = 5) async throws {
        let sightings = inodes.map { inode in
            RecordingSighting(
                look: FileStamp(device: 1, inode: inode, size: 9, modified: modified, changed: 7),
                path: Array("/m/\(inode).wav".utf8),
                rootLength: 2,
                isReady: true
            )
        }
        for _ in 0..<2 { try await spool.perform { try $0.recordings.note(sightings, at: now) } }
    }

    /// - Parameter start: the start of the call; by default later than the creation of any spool.
    private func proposals(_ plain: String, _ marks: String..., start: Int? = .max) -> RecordingIDProposals {
        RecordingIDProposals(
            plain: [Array(plain.utf8)],
            marked: marks.map { Array("\(plain)-\($0)".utf8) },
            callStart: start
        )
    }

    private func id(_ recording: Int, _ proposals: RecordingIDProposals, in spool: RecordSpool) async throws -> String?
    {
        try await spool.perform { try $0.identify(recording: recording, proposals) }.map { $0[...].text }
    }

    @Test func `the first file gets the plain id, each other one a mark, and each keeps what it got`() async throws {
        do {
            let spool = try site.open()
            try await find([1, 2, 3, 4], in: spool)
            #expect(try await id(1, proposals("a", "x", "y"), in: spool) == "a")
            #expect(try await id(2, proposals("a", "x", "y"), in: spool) == "a-x")
            #expect(try await id(3, proposals("a", "x", "y"), in: spool) == "a-y")
            #expect(try await id(4, proposals("b", "x", "y"), in: spool) == "b")
            #expect(try await id(9, proposals("c"), in: spool) == nil, "there is no such recording")
            await spool.close()
        }
        let spool = try await site.reopen()
        #expect(try await id(2, proposals("other", "x"), in: spool) == "a-x", "also when more is known by now")
        #expect(try await id(1, proposals("a", "x", start: 0), in: spool) == "a")
    }

    @Test func `a call from before the spool was made gets a mark, one without UniqueID does not`() async throws {
        let spool = try site.open()
        try await find([1, 2, 3], in: spool)
        #expect(try await id(1, proposals("a", "x", start: 1_000_000_000), in: spool) == "a-x")
        #expect(try await id(2, proposals("meeting.wav", "x", start: nil), in: spool) == "meeting.wav")
        #expect(try await id(3, proposals("b", "x", start: Int(Timestamp.now().seconds) + 60), in: spool) == "b")
    }

    @Test func `an id is not given again after its file vanished or changed`() async throws {
        let spool = try site.open()
        try await find([1], in: spool)
        #expect(try await id(1, proposals("a", "x", "y"), in: spool) == "a")
        try await find([1], in: spool, modified: 6)
        #expect(try await id(2, proposals("a", "x", "y"), in: spool) == "a-x")
        try await spool.perform { try $0.recordings.vanished(2) }
        try await find([1], in: spool, modified: 7)
        #expect(try await id(3, proposals("a", "x", "y"), in: spool) == "a-y")
    }

    @Test func `where too many ids are noted the first go, and calls of their time get a mark`() async throws {
        var site = site
        site.maxBytes = 16 << 14
        let spool = try site.open()
        try await find(Array(1...20), in: spool)
        for number in 1...20 { _ = try await id(number, proposals("a\(number)", "x"), in: spool) }
        _ = try await spool.perform { try $0.recordings.failed(2, attempts: 1, reason: "", parks: true, at: now) }
        for number in [1, 3, 4, 20] { _ = try await spool.uploaded(recording: number, at: now) }
        try await spool.perform { try $0.forgetRecordingIDs() }
        try await find([21, 22, 23], in: spool)
        let start = Timestamp.now().seconds
        #expect(try await id(21, proposals("a1", "y", start: start - 60), in: spool) == "a1-y")
        #expect(try await id(22, proposals("a2", "y", start: .max), in: spool) == "a2-y", "it is parked")
        #expect(try await id(23, proposals("a20", "y", start: .max), in: spool) == "a20-y")
    }

    @Test(arguments: [1, 2, 3, 4])
    func `a spool of an earlier version notes ids, too`(version: Int) async throws {
        try FileContents.write(Fixture.bytes("spool/version-\(version).db"), to: site.path)
        let spool = try site.open()
        #expect(spool.figures.isBalanced)
        try await find([101, 102], in: spool)
        let all = try await spool.perform { try $0.recordings.page(.waiting, after: 0, limit: 9) }
        let waiting = all.suffix(2).map(\.id)
        #expect(try await id(waiting[0], proposals("a", "x", start: 1_795_224_725), in: spool) == "a-x")
        #expect(try await id(waiting[1], proposals("a", "y"), in: spool) == "a")
    }

    @Test func `a spool of version 4 is brought up to date with the recordings it has`() async throws {
        try FileContents.write(Fixture.bytes("spool/version-4.db"), to: site.path)
        let spool = try site.open()
        #expect(try await spool.learned("limit") == [1])
        #expect(spool.figures.recordings == RecordingCounts(found: 3, uploaded: 1, waiting: 2))
        let waiting = try await spool.perform { try $0.recordings.page(.waiting, after: 0, limit: 9) }
        #expect(waiting.map(\.look.changed) == [0, 0])
        #expect(waiting.map(\.attempts) == [0, 1])
    }

    @Test func `a spool whose file was removed keeps ids, and no number that only an id is left of comes again`()
        async throws
    {
        let spool = try site.open()
        try await find([1, 2], in: spool)
        #expect(try await id(1, proposals("a", "x"), in: spool) == "a")
        #expect(try await id(2, proposals("b", "x"), in: spool) == "b")
        try await spool.perform { try $0.recordings.vanished(2) }
        Directory.remove(site.path)
        Directory.remove(site.path + "-wal")
        try await spool.inspect()
        try await find([3, 4], in: spool)
        #expect(spool.figures.generation == 2)
        let waiting = try await spool.perform { try $0.recordings.page(.waiting, after: 0, limit: 9) }.map(\.id)
        #expect(waiting == [1, 3, 4])
        #expect(try await id(1, proposals("other"), in: spool) == "a")
        #expect(try await id(3, proposals("b", "y"), in: spool) == "b-y")
        #expect(
            try await id(4, proposals("c", "z", start: Int(Timestamp.now().seconds) - 60), in: spool) == "c-z",
            "what a salvage may have missed"
        )
    }

    @Test func `a change of rights does not make another recording, but it has to look the same twice`() async throws {
        let spool = try site.open()
        @Sendable func sighting(_ changed: Int, isReady: Bool) -> RecordingSighting {
            let look = FileStamp(device: 1, inode: 1, size: 9, modified: 5, changed: changed)
            return RecordingSighting(look: look, path: Array("/m/a.wav".utf8), rootLength: 2, isReady: isReady)
        }
        for changed in [7, 8] {
            try await spool.perform { try $0.recordings.note([sighting(changed, isReady: false)], at: now) }
        }
        #expect(try await spool.perform { try $0.recordings.recording(1) }?.look.changed == 8)
        try await spool.perform { try $0.recordings.note([sighting(8, isReady: true)], at: now) }
        #expect(try await spool.perform { try $0.recordings.recording(1) }?.state == .waiting)
        try await spool.perform { try $0.recordings.note([sighting(9, isReady: true)], at: now) }
        #expect(
            try await spool.perform { try $0.recordings.recording(1) }?.look.changed == 8,
            "as it was when it was found ready"
        )
        _ = try await spool.perform { try $0.recordings.measured(1, sha256: [1], changed: 9, at: now) }
        #expect(
            try await spool.perform { try $0.recordings.recording(1) }?.look.changed == 9,
            "as it was when it was read"
        )
        let known = try await spool.perform { try $0.recordings.matching([sighting(11, isReady: true).look]) }
        #expect(known.map(\.?.id) == [1])
    }
}
