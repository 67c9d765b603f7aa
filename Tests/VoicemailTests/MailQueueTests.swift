import Basics
import Glibc
import TestSupport
import Testing

@testable import Voicemail

struct MailQueueTests {
    private let directory = TemporaryDirectory()
    private var queue: MailQueue { MailQueue(directory.file("spool/voicemail")) }

    private func file(_ text: String) throws -> FileDescriptor {
        let path = directory.file("input")
        try FileContents.write(Array(text.utf8), to: path)
        return FileDescriptor(unsafe open(path, O_RDONLY | O_CLOEXEC))
    }

    private func keep(_ text: String) throws -> KeptMail {
        let file = try file(text)
        var input = MailInput(file.number)
        return try queue.keep(&input)
    }

    @Test func `a kept mail is a file of this user only, in a folder of this user only`() throws {
        let mail = try keep("To: a@example.org\n\ntext\n")
        #expect(try FileContents.read(mail.path)[...].text == "To: a@example.org\n\ntext\n")
        #expect(mail.size == 24 && mail.isWhole && mail.isThere)
        var status = stat()
        #expect(unsafe stat(mail.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(unsafe stat(queue.folder, &status) == 0 && status.st_mode & 0o777 == 0o700)
        #expect(queue.waiting == [mail.path])
    }

    @Test func `a mail that a process holds is taken by nobody else`() throws {
        var mail: KeptMail? = try keep("a")
        let path = try #require(mail?.path)
        #expect(KeptMail(locking: path) == nil)
        mail = nil
        let other = try #require(KeptMail(locking: path))
        try other.remove()
        #expect(!other.isThere && queue.waiting.isEmpty)
        #expect(KeptMail(locking: path) == nil)
    }

    @Test func `a process that got the mail from another holds the same lock`() throws {
        let mail = try keep("a")
        let inherited = KeptMail(path: mail.path, inherited: mail.file.number)
        #expect(inherited != nil)
        #expect(KeptMail(locking: mail.path) == nil)
    }

    @Test func `attempts that were broken off are counted over processes`() throws {
        let mail = try keep("a")
        #expect(mail.brokenAttempts == 0)
        for count in 1...3 {
            mail.beginAttempt()
            #expect(mail.brokenAttempts == count)
        }
        mail.endAttempts()
        #expect(mail.brokenAttempts == 0)
    }

    @Test func `what is left without a mail is removed, and what belongs to one stays`() throws {
        let mail = try keep("a")
        mail.beginAttempt()
        for name in ["gone.eml.tries", "gone.eml.new", "other"] {
            try FileContents.write([], to: "\(queue.folder)/\(name)")
        }
        queue.removeRemains()
        let names = Directory.names(in: queue.folder)
        #expect(names.count == 3 && names.contains("other") && names.contains { $0.hasSuffix(".eml.tries") })
    }

    @Test func `a folder of another kind is refused`() throws {
        try FileContents.write([], to: directory.file("file"))
        #expect(throws: SystemError.self) { try MailQueue(directory.file("file")).prepare() }
        let link = directory.file("link")
        #expect(unsafe symlink("/tmp", link) == 0)
        #expect(throws: SystemError.self) { try MailQueue(link).prepare() }
    }

    @Test func `a pipe is copied again after a copy that failed halfway`() throws {
        var ends: [Int32] = [-1, -1]
        #expect(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let reader = FileDescriptor(ends[0])
        let writer = FileDescriptor(ends[1])
        let content = (0..<150_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        var size = Int32(1 << 20)
        #expect(unsafe setsockopt(writer.number, SOL_SOCKET, SO_SNDBUF, &size, 4) == 0)
        try writer.writeAll(content[...], subject: "pipe")
        #expect(shutdown(writer.number, Int32(SHUT_WR)) == 0)

        var input = MailInput(reader.number)
        // The first target takes nothing, the second one nothing either, and memory all.
        for _ in 1...2 {
            let full = FileDescriptor(unsafe open("/dev/full", O_WRONLY | O_CLOEXEC))
            #expect(throws: SystemError.self) { try input.copy(to: full, subject: "full") }
            input.remember(full)
        }
        let memory = try input.straight()
        var copy = [UInt8](repeating: 0, count: content.count + 1)
        #expect(unsafe pread(memory.number, &copy, copy.count, 0) == content.count)
        #expect(copy.dropLast() == content[...])
    }
}
