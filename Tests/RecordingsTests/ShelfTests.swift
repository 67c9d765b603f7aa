import Basics
import Glibc
import TestSupport
import Testing

@testable import Recordings

struct ShelfTests {
    private let directory = TemporaryDirectory()

    private func make(_ name: String = "a.wav", _ bytes: [UInt8] = [1, 2, 3]) throws -> FoundFile {
        try FileContents.write(bytes, to: directory.file(name))
        var found: FoundFile?
        let rules = ReadinessRules(minimumBytes: 1, minimumAge: .zero)
        RecordingScanner(roots: [directory.path], rules: rules).scan(at: .now()) { finding in
            if case .candidate(let file) = finding { found = file }
            return true
        }
        return try #require(found)
    }

    private func bytes(_ name: String) -> [UInt8]? { try? FileContents.read(directory.file(name)) }

    @Test func `a file moves beside its folder's others`() throws {
        let file = try make()
        #expect(RecordingShelf.putAway(file, deletes: false) == .moved)
        #expect(bytes("a.wav") == nil)
        #expect(bytes(".processed/a.wav") == [1, 2, 3])
        #expect(RecordingShelf.putAway(file, deletes: false) == .changed, "it is gone")
    }

    @Test func `earlier files of the same name are kept`() throws {
        for number in 0..<3 {
            #expect(RecordingShelf.putAway(try make("a.wav", [UInt8(number)]), deletes: false) == .moved)
        }
        #expect(bytes(".processed/a.wav") == [0])
        #expect(bytes(".processed/1-a.wav") == [1])
        #expect(bytes(".processed/2-a.wav") == [2])
    }

    @Test func `a file is deleted when asked`() throws {
        #expect(RecordingShelf.putAway(try make(), deletes: true) == .deleted)
        #expect(Directory.names(in: directory.path).isEmpty)
    }

    @Test(arguments: [true, false])
    func `a file that took its place is not touched`(deletes: Bool) throws {
        let file = try make()
        try FileContents.write([9, 9, 9, 9], to: directory.file("a.wav"))
        #expect(RecordingShelf.putAway(file, deletes: deletes) == .changed)
        Directory.remove(directory.file("a.wav"))
        unsafe symlink("/dev/null", directory.file("a.wav"))
        #expect(RecordingShelf.putAway(file, deletes: deletes) == .changed)
        #expect(Directory.names(in: directory.path) == ["a.wav"])
    }

    @Test(arguments: [true, false])
    func `a file that takes its place between the check and the move is not touched`(deletes: Bool) throws {
        let file = try make()
        let (path, other) = (directory.file("a.wav"), directory.file("other"))
        let outcome = RecordingShelf.putAway(file, deletes: deletes) {
            try? FileContents.write([9, 9, 9], to: other)
            unsafe rename(other, path)
        }
        #expect(outcome == .changed)
        #expect(bytes("a.wav") == [9, 9, 9])
        #expect(Directory.names(in: directory.path).filter { $0.hasPrefix(".deleting") } == [])
        #expect(Directory.names(in: directory.file(".processed")) == [])
    }

    @Test(arguments: [true, false], ["link", "pipe", "folder", "nothing"])
    func `anything else that takes its place between the check and the move is not touched`(deletes: Bool, kind: String)
        throws
    {
        let file = try make()
        let path = directory.file("a.wav")
        let outcome = RecordingShelf.putAway(file, deletes: deletes) {
            unsafe unlink(path)
            switch kind {
            case "link": unsafe symlink("/etc/passwd", path)
            case "pipe": unsafe mkfifo(path, 0o600)
            case "folder": unsafe mkdir(path, 0o700)
            default: break
            }
        }
        #expect(outcome == .changed)
        #expect(
            Directory.names(in: directory.path).filter { $0 != ".processed" } == (kind == "nothing" ? [] : ["a.wav"])
        )
        #expect(Directory.names(in: directory.file(".processed")) == [])
    }

    @Test(arguments: [true, false])
    func `a file whose bytes changed is not touched, though the time of its last write is as before`(
        deletes: Bool
    ) throws {
        let file = try make()
        var status = stat()
        unsafe stat(directory.file("a.wav"), &status)
        let number = unsafe open(directory.file("a.wav"), O_WRONLY)
        _ = unsafe pwrite(number, [7] as [UInt8], 1, 0)
        var times = [status.st_atim, status.st_mtim]
        unsafe futimens(number, &times)
        close(number)
        #expect(RecordingShelf.putAway(file, deletes: deletes) == .changed)
        #expect(bytes("a.wav") == [7, 2, 3])
    }

    @Test func `a name that is taken in .processed at the last moment is not overwritten`() throws {
        let file = try make()
        _ = try Directory.make(directory.file(".processed"))
        let taken = directory.file(".processed/a.wav")
        let outcome = RecordingShelf.putAway(file, deletes: false) { try? FileContents.write([8], to: taken) }
        #expect(outcome == .moved)
        #expect(bytes(".processed/a.wav") == [8] && bytes(".processed/1-a.wav") == [1, 2, 3])
    }

    @Test func `a link in the place of the folder is not followed, and the file stays`() throws {
        let elsewhere = TemporaryDirectory()
        unsafe symlink(elsewhere.path, directory.file(".processed"))
        guard case .left(let error) = RecordingShelf.putAway(try make(), deletes: false) else {
            Issue.record("it was moved")
            return
        }
        #expect(error.call == "open .processed beside")
        #expect(bytes("a.wav") == [1, 2, 3])
        #expect(Directory.names(in: elsewhere.path).isEmpty)
    }
}
