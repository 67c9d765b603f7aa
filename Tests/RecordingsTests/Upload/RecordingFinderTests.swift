import Basics
import Glibc
import Recordings
import Spool
import TestSupport
import Testing

struct RecordingFinderTests {
    private let directory = TemporaryDirectory()
    private let folder = TemporaryDirectory()
    private let spool: RecordSpool
    private let rules = ReadinessRules(minimumBytes: 1, minimumAge: .zero)

    init() throws { spool = try RecordSpool(SpoolConfiguration(directory: directory.path)) }

    private func scan() async -> ScanReport {
        await RecordingFinder(roots: [folder.path], rules: rules, spool: spool).scan(at: .now())
    }

    private func write(_ name: String, _ bytes: [UInt8] = [1, 2, 3]) throws {
        try FileContents.write(bytes, to: folder.file(name))
    }

    @Test func `a file waits after two equal scans and is found once`() async throws {
        try write("a.gsm")
        #expect(await scan().left == [.unsettled: 1])
        #expect(await scan().ready == 1)
        #expect(await scan().known == 1)
        #expect(spool.figures.recordings == RecordingCounts(found: 1, waiting: 1))
        let waiting = try await spool.perform { try $0.recordings.page(.waiting, after: 0, limit: 9) }
        #expect(waiting.map { $0.path[...].text } == [folder.file("a.gsm")])
        #expect(waiting.first?.rootLength == folder.path.utf8.count)
    }

    @Test func `a file that grows between two scans does not wait`() async throws {
        try write("a.gsm")
        _ = await scan()
        try write("a.gsm", [1, 2, 3, 4])
        #expect(await scan().left == [.unsettled: 1])
        #expect(spool.figures.recordings == RecordingCounts())
    }

    @Test func `what is open, empty or of no interest is counted and not kept`() async throws {
        let header = Array("RIFF\0\0\0\0WAVEfmt \u{10}\0\0\0".utf8) + [UInt8](repeating: 0, count: 16)
        try write("open.wav", header + Array("data\0\0\0\0audio".utf8))
        try write("empty.wav", header + Array("data\0\0\0\0".utf8))
        try write("notes.txt")
        for _ in 0..<2 { #expect(await scan().left == [.stillOpen: 1, .empty: 1, .extension: 1]) }
        #expect(try await spool.perform { try $0.recordings.page(.seen, after: 0, limit: 9) }.isEmpty)
    }

    @Test func `a renamed file is the same, before and after its upload`() async throws {
        try write("a.gsm")
        for _ in 0..<2 { _ = await scan() }
        unsafe rename(folder.file("a.gsm"), folder.file("b.gsm"))
        #expect(await scan().known == 1)
        #expect(try await spool.perform { try $0.recordings.recording(1) }?.path == Array(folder.file("b.gsm").utf8))
        #expect(try await spool.uploaded(recording: 1, at: .now()))
        unsafe rename(folder.file("b.gsm"), folder.file("c.gsm"))
        for _ in 0..<2 { #expect(await scan().known == 1) }
        #expect(spool.figures.recordings == RecordingCounts(found: 1, uploaded: 1))
    }

    @Test func `more files than one group has are all found`() async throws {
        for number in 0..<450 { try write("\(number).gsm") }
        for _ in 0..<2 { _ = await scan() }
        #expect(spool.figures.recordings == RecordingCounts(found: 450, waiting: 450))
    }

    @Test func `a spool that fails ends the scan`() async throws {
        try write("a.gsm")
        await spool.close()
        let other = try RecordSpool(SpoolConfiguration(directory: directory.path))
        #expect(await scan().failure != nil)
        await other.close()
    }

    @Test func `a cancelled scan ends`() async throws {
        try write("a.gsm")
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await scan()
        }
        task.cancel()
        let report = await task.value
        #expect(report.left.isEmpty)
    }

    @Test
    func `a file larger than the limit takes no place, however little of it is on the disk, and is reported once`()
        async throws
    {
        try write("small.gsm")
        let path = folder.file("huge.gsm")
        try write("huge.gsm")
        try #require(unsafe truncate(path, 1 << 40) == 0)
        let report = await scan()
        #expect(report.left == [.tooLarge: 1, .unsettled: 1])
        #expect(await scan().ready == 1)
        #expect(spool.figures.recordings == RecordingCounts(found: 1, waiting: 1))
        var book = UnreadablePaths()
        #expect(book.new(tooLarge: report.tooLarge) == [Array(path.utf8)])
        #expect(book.new(tooLarge: report.tooLarge).isEmpty)
        #expect(book.new(tooLarge: []).isEmpty)
        #expect(book.new(tooLarge: report.tooLarge).count == 1, "it had been gone in between")
    }

    @Test func `what cannot be read is complained about once`() async throws {
        let missing = folder.file("missing")
        let report = await RecordingFinder(roots: [missing], rules: rules, spool: spool).scan(at: .now())
        #expect(report.left == [.unreadable: 1])
        var book = UnreadablePaths()
        #expect(book.new(of: report.unreadable).map(\.path) == [Array(missing.utf8)])
        #expect(book.new(of: report.unreadable).isEmpty)
        #expect(book.new(of: []).isEmpty)
        #expect(book.new(of: report.unreadable).count == 1, "it had been readable in between")
    }
}
