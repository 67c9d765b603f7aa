import Basics
import Glibc
import TestSupport
import Testing
import Voicemail
import VoicemailProcessor

@Suite(.serialized)
struct MemoryTests {
    @Test func `A mail of 60 MiB is read and composed in little memory`() throws {
        let directory = TemporaryDirectory()
        try large(60 << 20, at: directory.file("mail"))
        // The kernel forgets the peak of this process; other tests run beside this one and need little.
        try FileContents.write(Array("5".utf8), to: "/proc/self/clear_refs")
        let before = try peak()
        let mail = try VoicemailMail.open(directory.file("mail"))
        let composition = MailComposition(
            mail: mail,
            transcript: VoicemailFixture.transcript,
            template: try Template(Template.builtIn),
            format: .html,
            values: VoicemailFixture.values
        )
        try composition.write(to: directory.file("new"))
        guard case .message(let audio?) = mail.kind else {
            Issue.record("no audio")
            return
        }
        #expect(try audio.decode(to: .created(directory.file("audio"))) > 40 << 20)
        var status = stat()
        #expect(unsafe stat(directory.file("new"), &status) == 0 && status.st_size > 60 << 20)
        let growth = try peak() - before
        #expect(growth < 16 << 20, "\(growth >> 10) KiB")
    }

    @Test func `Mails that are read and refused leave nothing in memory`() throws {
        let directory = TemporaryDirectory()
        let mail = VoicemailFixture.shortened(try VoicemailFixture.bytes("caller-utf8"))
        let damaged = Array(mail.dropLast(mail.count / 3)) + Array("\nContent-Type: message/rfc822\n\n".utf8)
        try FileContents.write(mail, to: directory.file("mail"))
        try FileContents.write(damaged, to: directory.file("damaged"))
        func read(times: Int) throws {
            for _ in 0..<times {
                let mail = try VoicemailMail.open(directory.file("mail"))
                if case .message(let audio?) = mail.kind { _ = try audio.decode(to: .created("/dev/null")) }
                _ = try? VoicemailMail.open(directory.file("damaged"))
            }
        }
        try read(times: 200)
        let before = ProcessFigures.read().residentBytes
        try read(times: 2000)
        let growth = ProcessFigures.read().residentBytes - before
        // A leak of one object of each mail would be a MiB or more.
        #expect(growth < Double(4 << 20), "\(growth) bytes")
    }

    /// A mail with that much audio.
    private func large(_ size: Int, at path: String) throws {
        let mail = String(decoding: VoicemailFixture.shortened(try VoicemailFixture.bytes("gsm")), as: UTF8.self)
        let parts = mail.split(separator: "\n\n1B", maxSplits: 1)
        let target = FileDescriptor.created(path)
        try target.writeAll(Array("\(parts[0])\n\n".utf8)[...], subject: path)
        let block = [UInt8](repeating: ASCII.newline, count: 73 * 1000).enumerated()
            .map { $0.offset % 73 == 72 ? ASCII.newline : UInt8(ascii: "A") }
        for _ in 0..<size / block.count + 1 { try target.writeAll(block[...], subject: path) }
        try target.writeAll(Array("1B\(parts[1])".utf8)[...], subject: path)
    }

    /// The most memory that was resident, in bytes.
    private func peak() throws -> Int {
        let status = String(decoding: try FileContents.read("/proc/self/status"), as: UTF8.self)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.filter(\.isNumber))) << 10
    }
}
