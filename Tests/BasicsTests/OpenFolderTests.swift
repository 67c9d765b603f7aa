import Glibc
import TestSupport
import Testing

@testable import Basics

struct OpenFolderTests {
    private let directory = TemporaryDirectory()

    private func open() throws -> OpenFolder { try OpenFolder(path: Array(directory.path.utf8)) }

    private func name(_ text: String) -> Bytes { Array(text.utf8)[...] }

    /// The error code of a call; `nil` when it succeeds.
    private func code(_ body: () throws(SystemError) -> Void) -> Int32? {
        do throws(SystemError) { try body() } catch { return error.code }
        return nil
    }

    private func names(in folder: borrowing OpenFolder) throws -> Set<[UInt8]> {
        var names: Set<[UInt8]> = []
        _ = try folder.visitEntries { name, _ in names.insert(name).inserted }
        return names
    }

    @Test func `all entries are visited, of any name, and again in a second visit`() throws {
        let folder = try open()
        for text in ["a", "b c", "ü\n"] { try FileContents.write([], to: directory.file(text)) }
        try folder.makeFolder([0xff, 0xfe], mode: 0o700)
        for _ in 1...2 {
            let found = try names(in: folder)
            #expect(found == [[97], Array("b c".utf8), Array("ü\n".utf8), [0xff, 0xfe]])
        }
    }

    @Test func `a visit ends when the visitor returns false`() throws {
        for text in ["a", "b"] { try FileContents.write([], to: directory.file(text)) }
        var count = 0
        let folder = try open()
        let isComplete = try folder.visitEntries { _, _ in
            count += 1
            return false
        }
        #expect(!isComplete && count == 1)
    }

    @Test func `links to files and folders are not followed`() throws {
        let folder = try open()
        _ = try Directory.make(directory.file("folder"))
        try FileContents.write([1], to: directory.file("file"))
        unsafe symlink(directory.file("folder"), directory.file("to-folder"))
        unsafe symlink(directory.file("file"), directory.file("to-file"))
        let real = [
            code { () throws(SystemError) in _ = try folder.folder(name("folder")) },
            code { () throws(SystemError) in _ = try folder.file(name("file")) },
        ]
        #expect(real == [nil, nil])
        let linked = [
            code { () throws(SystemError) in _ = try folder.folder(name("to-folder")) },
            code { () throws(SystemError) in _ = try folder.file(name("to-file")) },
        ]
        #expect(linked == [ENOTDIR, ELOOP])
        let mode = try folder.status(of: name("to-file")).st_mode
        #expect(mode & S_IFMT == S_IFLNK)
    }

    @Test func `a folder stays the same when another one takes its name`() throws {
        let folder = try open()
        _ = try Directory.make(directory.file("a"))
        let inner = try folder.folder(name("a"))
        unsafe rename(directory.file("a"), directory.file("b"))
        _ = try Directory.make(directory.file("a"))
        try inner.makeFolder(name("new"), mode: 0o700)
        #expect(Directory.names(in: directory.file("a")).isEmpty)
        #expect(Directory.names(in: directory.file("b")) == ["new"])
    }

    @Test func `a move replaces nothing`() throws {
        let folder = try open()
        _ = try Directory.make(directory.file("in"))
        try FileContents.write([1], to: directory.file("a"))
        try FileContents.write([2], to: directory.file("in/taken"))
        let inner = try folder.folder(name("in"))
        let taken = code { () throws(SystemError) in try folder.move(name("a"), to: inner, as: name("taken")) }
        #expect(taken == EEXIST)
        try folder.move(name("a"), to: inner, as: name("free"))
        #expect(try FileContents.read(directory.file("in/free")) == [1])
        #expect(try FileContents.read(directory.file("in/taken")) == [2])
        let missing = code { () throws(SystemError) in try folder.move(name("a"), to: inner, as: name("b")) }
        #expect(missing == ENOENT)
    }

    @Test func `files and empty folders are removed`() throws {
        let folder = try open()
        try folder.makeFolder(name("in"), mode: 0o700)
        try FileContents.write([1], to: directory.file("in/a"))
        let full = code { () throws(SystemError) in try folder.removeFolder(name("in")) }
        try folder.folder(name("in")).removeFile(name("a"))
        try folder.removeFolder(name("in"))
        let missing = code { () throws(SystemError) in try folder.removeFile(name("a")) }
        #expect(full == ENOTEMPTY && missing == ENOENT)
        #expect(Directory.names(in: directory.path).isEmpty)
    }

    @Test func `a pipe without a writer is opened at once`() throws {
        unsafe mkfifo(directory.file("pipe"), 0o600)
        let folder = try open()
        let pipe = try folder.file(name("pipe"))
        let isOpen = pipe.isOpen
        #expect(isOpen)
    }

    @Test func `a missing folder is an error with its path`() {
        let path = directory.file("missing")
        #expect(throws: SystemError("open", path, code: ENOENT)) { _ = try OpenFolder(path: Array(path.utf8)) }
    }
}
