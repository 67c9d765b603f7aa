import Basics
import Spool
import TestSupport
import Testing

struct RecordingTests {
    private let site = SpoolSite()
    private let now = Timestamp(seconds: 1_795_224_725)

    private func look(_ inode: Int, size: Int = 16044, modified: Int = 5, device: Int = 1) -> FileStamp {
        FileStamp(device: device, inode: inode, size: size, modified: modified)
    }

    private func sighting(
        _ inode: Int,
        size: Int = 16044,
        modified: Int = 5,
        device: Int = 1,
        name: String = "a.wav",
        isReady: Bool = true
    ) -> RecordingSighting {
        RecordingSighting(
            look: look(inode, size: size, modified: modified, device: device),
            path: Array("/m/\(name)".utf8),
            rootLength: 2,
            isReady: isReady
        )
    }

    /// Notes files twice, so that they are found ready.
    private func find(_ inodes: [Int], in spool: RecordSpool) async throws {
        for _ in 0..<2 { try await spool.perform { try $0.recordings.note(inodes.map { sighting($0) }, at: now) } }
    }

    private func inodes(_ state: RecordingState, in spool: RecordSpool) async throws -> [Int] {
        try await spool.perform { try $0.recordings.page(state, after: 0, limit: 100) }.map(\.look.inode)
    }

    @Test func `a file waits when it looks the same twice and is ready`() async throws {
        let spool = try site.open()
        try await spool.perform { try $0.recordings.note([sighting(1), sighting(2, isReady: false)], at: now) }
        #expect(try await inodes(.seen, in: spool) == [1, 2])
        #expect(spool.figures.recordings == RecordingCounts())
        try await spool.perform {
            try $0.recordings.note([sighting(1), sighting(2, isReady: false)], at: now.adding(seconds: 30))
        }
        #expect(try await inodes(.seen, in: spool) == [2])
        #expect(try await inodes(.waiting, in: spool) == [1])
        #expect(spool.figures.recordings == RecordingCounts(found: 1, waiting: 1))
        #expect(spool.figures.oldestRecording == now.adding(seconds: 30))
        try await spool.perform { try $0.recordings.note([sighting(1), sighting(2)], at: now) }
        #expect(spool.figures.recordings == RecordingCounts(found: 2, waiting: 2), "the first is found once")
    }

    @Test func `a file that changes is another recording`() async throws {
        let spool = try site.open()
        try await find([1], in: spool)
        let first = try #require(try await spool.perform { try $0.recordings.page(.waiting, after: 0, limit: 1) }.first)
        try await spool.perform { try $0.recordings.note([sighting(1, size: 20000)], at: now) }
        #expect(try await inodes(.waiting, in: spool) == [])
        #expect(try await inodes(.seen, in: spool) == [1])
        #expect(spool.figures.recordings == RecordingCounts(found: 1, vanished: 1))
        #expect(
            try await spool.uploaded(recording: first.id, at: now) == false,
            "what was sent is not the file any more"
        )
        try await spool.perform { try $0.recordings.note([sighting(1, size: 20000)], at: now) }
        try await spool.perform { try $0.recordings.note([sighting(1, size: 20000, modified: 6)], at: now) }
        #expect(spool.figures.recordings == RecordingCounts(found: 2, vanished: 2))
        #expect(spool.figures.isBalanced)
    }

    @Test func `what was uploaded is known again, also under another name, and not sent twice`() async throws {
        let spool = try site.open()
        try await find([1], in: spool)
        let recording = try #require(
            try await spool.perform { try $0.recordings.page(.waiting, after: 0, limit: 1) }.first
        )
        for _ in 0..<2 { #expect(try await spool.uploaded(recording: recording.id, at: now)) }
        for _ in 0..<3 { try await spool.perform { try $0.recordings.note([sighting(1, name: "b.wav")], at: now) } }
        #expect(spool.figures.recordings == RecordingCounts(found: 1, uploaded: 1))
        #expect(spool.figures.oldestRecording == nil)
        let known = try await spool.perform { try $0.recordings.matching([look(1), look(1, size: 7), look(2)]) }
        #expect(known.map(\.?.state) == [.done, nil, nil])
        #expect(known[0]?.path == Array("/m/b.wav".utf8))
    }

    @Test func `the number of a deleted file can be used by a new one`() async throws {
        let spool = try site.open()
        try await find([1], in: spool)
        _ = try await spool.uploaded(recording: 1, at: now)
        for _ in 0..<2 { try await spool.perform { try $0.recordings.note([sighting(1, modified: 9)], at: now) } }
        #expect(try await inodes(.waiting, in: spool) == [1])
        #expect(spool.figures.recordings == RecordingCounts(found: 2, uploaded: 1, waiting: 1))
    }

    @Test func `the same file from another device is known by its name, content and time`() async throws {
        let spool = try site.open()
        for _ in 0..<2 {
            try await spool.perform {
                try $0.recordings.note([sighting(1), sighting(2, device: 2, name: "moved/a.wav")], at: now)
            }
            try await spool.perform {
                try $0.recordings.note(
                    [sighting(3, modified: 6, device: 2), sighting(4, device: 2, name: "b.wav")],
                    at: now
                )
            }
        }
        let ids = try await spool.perform { try $0.recordings.page(.waiting, after: 0, limit: 9) }.map(\.id)
        #expect(try await spool.perform { try $0.recordings.measured(ids[0], sha256: [1, 2], at: now) } == .waiting)
        _ = try await spool.uploaded(recording: ids[0], at: now)
        for _ in 0..<2 {
            #expect(try await spool.perform { try $0.recordings.measured(ids[1], sha256: [1, 2], at: now) } == .done)
        }
        for id in ids[2...] {
            #expect(
                try await spool.perform { try $0.recordings.measured(id, sha256: [1, 2], at: now) } == .waiting,
                "another's silence"
            )
        }
        #expect(spool.figures.recordings == RecordingCounts(found: 4, uploaded: 1, known: 1, waiting: 2))
        #expect(try await spool.perform { try $0.recordings.recording(ids[2]) }?.sha256 == [1, 2])
        #expect(try await spool.perform { try $0.recordings.measured(99, sha256: [], at: now) } == nil)
    }

    @Test func `silence on two channels, closed in the same moment, is two recordings`() async throws {
        let spool = try site.open()
        for _ in 0..<2 {
            try await spool.perform {
                try $0.recordings.note([sighting(1, name: "in/a.wav"), sighting(2, name: "out/a.wav")], at: now)
            }
        }
        #expect(try await spool.perform { try $0.recordings.measured(1, sha256: [1, 2], at: now) } == .waiting)
        _ = try await spool.uploaded(recording: 1, at: now)
        #expect(try await spool.perform { try $0.recordings.measured(2, sha256: [1, 2], at: now) } == .waiting)
        for _ in 0..<2 { try await spool.perform { try $0.recordings.note([sighting(3, name: "in/a.wav")], at: now) } }
        let restored = try #require(
            try await spool.perform { try $0.recordings.page(.waiting, after: 2, limit: 9) }.first
        )
        #expect(
            try await spool.perform { try $0.recordings.measured(restored.id, sha256: [1, 2], at: now) } == .done,
            "the first one, in its old place again"
        )
        #expect(spool.figures.recordings == RecordingCounts(found: 3, uploaded: 1, known: 1, waiting: 1))
    }

    @Test func `failures are counted, a recording is given up and retried`() async throws {
        let spool = try site.open()
        try await find([1], in: spool)
        for _ in 0..<2 {
            try await spool.perform { try $0.recordings.failed(1, attempts: 1, reason: "503", parks: false, at: now) }
        }
        #expect(try await spool.perform { try $0.recordings.recording(1) }?.attempts == 1)
        for _ in 0..<2 {
            try await spool.perform { try $0.recordings.failed(1, attempts: 10, reason: "500", parks: true, at: now) }
        }
        #expect(spool.figures.recordings == RecordingCounts(found: 1, parked: 1))
        let parked = try #require(try await spool.perform { try $0.recordings.page(.parked, after: 0, limit: 9) }.first)
        #expect((parked.attempts, parked.reason) == (10, "500"))
        #expect(try await spool.perform { try $0.recordings.retry(1, at: now) })
        #expect(try await spool.perform { try $0.recordings.retry(1, at: now) } == false, "it waits already")
        #expect(try await spool.perform { try $0.recordings.recording(1) }?.attempts == 0)
        #expect(spool.figures.recordings == RecordingCounts(found: 1, waiting: 1))
    }

    @Test func `a file that vanished is forgotten, once`() async throws {
        let spool = try site.open()
        try await find([1, 2], in: spool)
        try await spool.perform { try $0.recordings.failed(2, attempts: 10, reason: "500", parks: true, at: now) }
        for id in [1, 1, 2] { try await spool.perform { try $0.recordings.vanished(id) } }
        #expect(spool.figures.recordings == RecordingCounts(found: 2, vanished: 2))
        #expect(try await spool.perform { try $0.recordings.recording(1) } == nil)
    }

    @Test func `done and merely seen files are forgotten when they are too old to come back`() async throws {
        let spool = try site.open()
        try await find([1, 2], in: spool)
        _ = try await spool.uploaded(recording: 1, at: now)
        try await spool.perform {
            try $0.recordings.note([sighting(3), sighting(4, modified: 2_000_000_000)], at: now)
        }
        #expect(try await spool.perform { try $0.recordings.forget(modifiedBefore: Timestamp(seconds: 1)) })
        #expect(try await spool.perform { try $0.recordings.forget(modifiedBefore: Timestamp(seconds: 1)) } == false)
        #expect(try await inodes(.done, in: spool) == [])
        #expect(try await inodes(.waiting, in: spool) == [2])
        #expect(try await inodes(.seen, in: spool) == [4])
    }

    @Test func `everything survives a restart, names of any bytes included`() async throws {
        let path: [UInt8] = Array("/m/".utf8) + [0xff, 0x0a, 0x27]
        do {
            let spool = try site.open()
            try await find([1, 2], in: spool)
            try await spool.perform {
                try $0.recordings.failed(2, attempts: 3, reason: "timed out", parks: false, at: now)
            }
            let odd = RecordingSighting(look: look(3), path: path, rootLength: 2, isReady: true)
            for _ in 0..<2 { try await spool.perform { try $0.recordings.note([odd], at: now) } }
        }
        let spool = try await site.reopen()
        #expect(spool.figures.recordings == RecordingCounts(found: 3, waiting: 3))
        #expect(spool.figures.oldestRecording == now)
        let recordings = try await spool.perform { try $0.recordings.page(.waiting, after: 1, limit: 9) }
        #expect(recordings.map(\.attempts) == [3, 0])
        #expect(recordings.last?.path == path)
    }

    @Test func `a damaged spool keeps what can be read, and counts what cannot`() async throws {
        do {
            let spool = try site.open()
            try await find(Array(1...2000), in: spool)
            for id in 1...100 { _ = try await spool.uploaded(recording: id, at: now) }
            await spool.close()
        }
        var bytes = try FileContents.read(site.path)
        // Only the table itself contains the paths.
        let text = Array("/m/a.wav".utf8)
        let pages = stride(from: 0, to: bytes.count, by: 4096).filter { page in
            (page..<page + 4096 - text.count).contains { bytes[$0...].starts(with: text) }
        }
        let middle = pages[pages.count / 2]
        for index in middle..<middle + 4096 { bytes[index] = 0x55 }
        try FileContents.write(bytes, to: site.path)
        let spool = try await site.reopen()
        for _ in 0..<2 { _ = try? await spool.perform { try $0.recordings.page(.waiting, after: 0, limit: 5000) } }
        let counts = spool.figures.recordings
        #expect(spool.figures.isBalanced)
        #expect((counts.found, counts.uploaded) == (2000, 100))
        #expect((1..<200).contains(counts.lost), "\(counts)")
        #expect(
            try await spool.perform { try $0.recordings.page(.waiting, after: 0, limit: 5000) }.count == counts.waiting
        )
    }

    @Test func `recordings are counted by their state`() async throws {
        let spool = try site.open()
        #expect(try await spool.perform { try $0.recordings.counts() } == [:])
        try await find([1, 2, 3], in: spool)
        try await spool.perform { try $0.recordings.note([sighting(4)], at: now) }
        #expect(try await spool.uploaded(recording: 2, at: now))
        #expect(try await spool.perform { try $0.recordings.counts() } == [.seen: 1, .waiting: 2, .done: 1])
    }
}
