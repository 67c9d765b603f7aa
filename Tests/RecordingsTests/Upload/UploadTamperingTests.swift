import Basics
import Glibc
import HTTP
import Recordings
import Simulation
import Spool
import TestSupport
import Testing

/// What happens to a file between the moment it was found ready and the API's answer.
struct UploadTamperingTests {
    private let site: UploadSite
    private let name = "1795224725.12.gsm"
    private let audio = [UInt8](repeating: 3, count: 200_000)

    init() async throws {
        site = try await UploadSite()
        try site.write(name, audio)
        await site.scan()
    }

    private static func digest(_ bytes: [UInt8]) -> String { ASCII.hexadecimal(Digest.sha256(bytes))[...].text }

    /// Uploads while `tamper` happens to the file; then looks again, and uploads what is found.
    private func upload(
        before: @escaping @Sendable (String) -> Void = { _ in },
        after: @escaping @Sendable (String) -> Void = { _ in },
        deletes: Bool = false
    ) async throws {
        let path = site.path(name)
        let receiver = TamperingReceiver(site.receiver, before: { before(path) }, after: { after(path) })
        try await site.upload(site.configuration(), to: receiver, deletes: deletes)
        #expect(site.spool.figures.isBalanced)
    }

    private func uploadAgain() async throws {
        await site.scan()
        try await site.upload(site.configuration())
    }

    @Test func `a file that grows is not done, and goes again as a whole`() async throws {
        try await upload { path in
            let file = unsafe open(path, O_WRONLY | O_APPEND)
            _ = unsafe Glibc.write(file, [1, 2, 3] as [UInt8], 3)
            close(file)
        }
        #expect(site.spool.figures.recordings == RecordingCounts(found: 1, vanished: 1))
        #expect(site.exists(name), "it stays where it is")
        try await uploadAgain()
        #expect(site.api.recordings.last?.sha256 == Self.digest(audio + [1, 2, 3]))
        #expect(site.spool.figures.recordings == RecordingCounts(found: 2, uploaded: 1, vanished: 1))
        #expect(site.log.contains("recording changed during upload"))
        await site.stop()
    }

    @Test func `a file that becomes shorter is not done`() async throws {
        try await upload { path in unsafe truncate(path, 1000) }
        #expect(site.api.recordings.isEmpty)
        try await uploadAgain()
        #expect(site.api.recordings.map(\.size) == [1000])
        await site.stop()
    }

    @Test func `a file with other bytes, the same size and the same time is not done`() async throws {
        try await upload { Self.change($0) }
        #expect(site.spool.figures.recordings.uploaded == 0)
        try await uploadAgain()
        var changed = audio
        changed[100_000] = 9
        #expect(site.api.recordings.last?.sha256 == Self.digest(changed))
        await site.stop()
    }

    @Test func `a file whose bytes change after they were sent, and whose time is set back, stays and goes again`()
        async throws
    {
        try await upload(after: { Self.change($0) }, deletes: true)
        #expect(site.exists(name))
        #expect(site.spool.figures.recordings == RecordingCounts(found: 1, vanished: 1))
        try await uploadAgain()
        #expect(site.api.recordings.count == 2)
        #expect(site.api.recordings.last?.sha256 != Self.digest(audio))
        await site.stop()
    }

    @Test func `a file whose bytes change after it was found ready goes as it is, though its time is set back`()
        async throws
    {
        Self.change(site.path(name))
        try await site.upload(site.configuration())
        var changed = audio
        changed[100_000] = 9
        #expect(site.api.recordings.map(\.sha256) == [Self.digest(changed)])
        #expect(!site.exists(name))
        await site.stop()
    }

    @Test func `a file that was read in an earlier attempt is read again when it changed since`() async throws {
        let path = site.path(name)
        let receiver = LosingReceiver(site.receiver, losing: 1)
        let tampering = TamperingReceiver(receiver, after: { Self.change(path) })
        try await site.upload(site.configuration(), to: tampering)
        try await uploadAgain()
        var changed = audio
        changed[100_000] = 9
        #expect(site.api.recordings.last?.sha256 == Self.digest(changed))
        #expect(!site.exists(name))
        await site.stop()
    }

    @Test(arguments: [true, false])
    func `a file that gets other rights on the way is done all the same`(deletes: Bool) async throws {
        try await upload(before: { path in unsafe chmod(path, 0o640) }, deletes: deletes)
        #expect(site.spool.figures.recordings == RecordingCounts(found: 1, uploaded: 1))
        #expect(!site.exists(name))
        await site.stop()
    }

    /// Changes one byte, and sets the time of the last write back.
    private static func change(_ path: String) {
        var status = stat()
        unsafe stat(path, &status)
        let file = unsafe open(path, O_WRONLY)
        _ = unsafe pwrite(file, [9] as [UInt8], 1, 100_000)
        var times = [status.st_atim, status.st_mtim]
        unsafe futimens(file, &times)
        close(file)
    }

    @Test func `another file under the same name is a recording of its own`() async throws {
        let other = site.path("other")
        try await upload { path in
            try? FileContents.write([4, 5, 6], to: other)
            unsafe Glibc.rename(other, path)
        }
        #expect(site.api.recordings.map(\.sha256) == [Self.digest(audio)], "what was opened went on its way")
        #expect(site.exists(name), "what has its name now is not touched")
        try await uploadAgain()
        #expect(site.api.recordings.map(\.sha256) == [Self.digest(audio), Self.digest([4, 5, 6])])
        await site.stop()
    }

    @Test func `a file that is deleted or moved meanwhile arrives all the same`() async throws {
        let elsewhere = site.path("elsewhere.gsm")
        try await upload { path in unsafe Glibc.rename(path, elsewhere) }
        #expect(site.spool.figures.recordings.uploaded == 1)
        try await uploadAgain()
        #expect(site.api.recordings.count == 1, "the same file under another name is known")
        await site.stop()
    }

    @Test func `a file that is gone before it is opened is forgotten`() async throws {
        unsafe unlink(site.path(name))
        try await site.upload(site.configuration())
        #expect(site.spool.figures.recordings == RecordingCounts(found: 1, vanished: 1))
        #expect(site.api.recordings.isEmpty)
        await site.stop()
    }

    @Test(arguments: ["link", "pipe", "folder"])
    func `what takes the place of a file is not opened`(kind: String) async throws {
        let path = site.path(name)
        unsafe unlink(path)
        switch kind {
        case "link": unsafe symlink("/etc/passwd", path)
        case "pipe": unsafe mkfifo(path, 0o600)
        default: unsafe mkdir(path, 0o700)
        }
        try await site.upload(site.configuration())
        #expect(site.spool.figures.recordings == RecordingCounts(found: 1, vanished: 1))
        #expect(site.api.recordingStatistics.requests == 0)
        await site.stop()
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func `a file that becomes unreadable waits and is reported with its owner`() async throws {
        unsafe chmod(site.path(name), 0)
        try await site.uploading(site.configuration()) { _ in
            await site.wait { site.log.contains("PUID") }
        }
        #expect(site.spool.figures.recordings.waiting == 1)
        await site.stop()
    }

    @Test(arguments: [
        Array("quo\"te'.gsm".utf8), Array("new\nline.gsm".utf8), [0xff, 0xfe] + Array(".gsm".utf8),
        [UInt8](repeating: UInt8(ascii: "x"), count: 251) + Array(".gsm".utf8), Array("; rm -rf $(x) `y`.gsm".utf8),
    ])
    func `a name may have any bytes`(name: [UInt8]) async throws {
        let path = Array("\(site.folder.path)/".utf8) + name
        let file = unsafe open(path.map(CChar.init(bitPattern:)) + [0], O_WRONLY | O_CREAT, 0o600)
        try #require(file >= 0)
        _ = unsafe Glibc.write(file, [8, 9] as [UInt8], 2)
        close(file)
        try await uploadAgain()
        #expect(site.api.recordings.count == 2)
        #expect(site.api.recordings.contains { $0.sha256 == Self.digest([8, 9]) })
        await site.stop()
    }
}
