import Basics
import Recordings
import Spool
import TestSupport
import Testing

struct UploadQueueTests {
    private let now = ContinuousClock.now
    private let directory = TemporaryDirectory()

    /// As many recordings as the spool says wait.
    private func recordings(_ count: Int) async throws -> [StoredRecording] {
        let spool = try RecordSpool(SpoolConfiguration(directory: directory.path))
        let sightings = (1...count).map { number in
            RecordingSighting(
                look: FileStamp(device: 1, inode: number, size: 1, modified: 1),
                path: Array("/\(number).wav".utf8),
                rootLength: 0,
                isReady: true
            )
        }
        for _ in 0..<2 { try await spool.perform { try $0.recordings.note(sightings, at: .now()) } }
        let recordings = try await spool.perform { try $0.recordings.page(.waiting, after: 0, limit: count) }
        await spool.close()
        return recordings
    }

    @Test func `recordings go in their order, and none that is under way goes again`() async throws {
        let all = try await recordings(3)
        var line = UploadQueue(at: now)
        line.add(Array(all[..<2]))
        #expect(line.cursor == all[1].id)
        #expect([line.start(at: now), line.start(at: now)].map { $0?.id } == [1, 2])
        #expect(line.start(at: now) == nil)
        line.begin(at: now)
        line.add(all)
        #expect(line.start(at: now)?.id == 3)
        #expect(line.start(at: now) == nil)
        #expect(line.uploadCount == 3)
        line.finish(1)
        #expect(line.uploadCount == 2)
    }

    @Test func `what was postponed goes when its time has come`() async throws {
        let all = try await recordings(2)
        var line = UploadQueue(at: now)
        line.add(all)
        _ = line.start(at: now)
        line.postpone(1, until: now + .seconds(5))
        #expect(line.nextDue == now + .seconds(5))
        line.begin(at: now)
        line.add(all)
        #expect(line.start(at: now + .seconds(4))?.id == 2)
        #expect(line.start(at: now + .seconds(4)) == nil)
        line.begin(at: now + .seconds(5))
        line.add(all)
        #expect(line.start(at: now + .seconds(5))?.id == 1)
        #expect(line.nextDue == nil)
    }

    @Test func `what was due and does not wait any more is forgotten`() async throws {
        let all = try await recordings(2)
        var line = UploadQueue(at: now)
        line.add(all)
        for id in 1...2 {
            _ = line.start(at: now)
            line.postpone(id, until: now + .seconds(id))
        }
        line.begin(at: now + .seconds(1))
        line.add([])
        #expect(line.isAtEnd)
        #expect(line.nextDue == now + .seconds(2), "it may still be there: its time has not come")
        line.begin(at: now + .seconds(2))
        line.add([])
        #expect(line.nextDue == nil)
    }

    @Test func `the wait for a call is counted from the first question`() {
        var line = UploadQueue(at: now)
        let deadline = line.callDeadline(of: 1, at: now, timeout: .seconds(300))
        #expect(deadline == now + .seconds(300))
        #expect(line.callDeadline(of: 1, at: now + .seconds(200), timeout: .seconds(300)) == deadline)
        line.finish(1)
        #expect(line.callDeadline(of: 1, at: now + .seconds(200), timeout: .seconds(300)) > deadline)
    }

    @Test func `a wait for a call is forgotten with its recording`() {
        var line = UploadQueue(at: now)
        let deadline = line.callDeadline(of: 1, at: now, timeout: .seconds(300))
        line.postpone(1, until: now + .seconds(10))
        line.add([])
        #expect(line.callDeadline(of: 1, at: now + .seconds(5), timeout: .seconds(300)) == deadline, "its time comes")
        line.begin(at: now + .seconds(10))
        line.add([])
        #expect(line.callDeadline(of: 1, at: now + .seconds(15), timeout: .seconds(300)) > deadline)
    }
}
