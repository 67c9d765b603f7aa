import Basics
import Glibc
import Mail
import TestSupport
import Testing

struct MailFileTests {
    private let directory = TemporaryDirectory()

    private func mail(_ text: String) throws -> MailFile { try mail(Array(text.utf8)) }

    private func mail(_ bytes: [UInt8]) throws -> MailFile {
        try FileContents.write(bytes, to: directory.file("mail"))
        return try MailFile(path: directory.file("mail"))
    }

    @Test func `Headers keep their bytes, also those that no standard allows`() throws {
        let headers = "From: a\u{1}b\nX-Long: one\n two\n\tthree\nx-EMPTY:\nX-High: Zo\u{eb}\n"
        let mail = try mail(headers + "\nbody")
        #expect(mail.headers.map(\.name) == ["From", "X-Long", "x-EMPTY", "X-High"])
        #expect(String(decoding: mail.headers.flatMap(\.raw), as: UTF8.self) == headers)
        #expect(mail.header("x-long")?.unfolded == "one two\tthree")
        #expect(mail.header("X-Empty")?.value == "")
        #expect(mail.header("X-None") == nil)
    }

    @Test(arguments: [
        "", "\n", "\nbody", "From: a", "From: a\n", "From: a\nno header\n\nbody", " folded\n\n", "From a@b Fri\n\n",
        ": x\n\n", "Fr om: a\n\nbody", "--b\nFrom: a\n\n",
    ])
    func `What has no headers is no mail`(text: String) throws {
        #expect(throws: MailError.self) { try mail(text) }
    }

    @Test func `Parts are found in multiparts inside of multiparts, with their bytes`() throws {
        let inner = "Content-Type: TEXT/HTML; charset=\"UTF-8\"\nContent-Transfer-Encoding: quoted-printable\n\n=C3=AB"
        let file =
            "Content-Disposition: attachment; filename*=UTF-8''Zo%C3%AB.wav\nContent-Type: audio/x-wav\n"
            + "Content-Transfer-Encoding: base64\n\nAAEC\nAwQ="
        let text = """
            From: a@b
            Content-Type: multipart/mixed; boundary=a

            preamble
            --a
            Content-Type: multipart/alternative; boundary=b

            --b

            plain
            --b
            \(inner)
            --b--
            --a
            \(file)
            --a--
            epilogue

            """
        let mail = try mail(text)
        #expect(mail.isMultipart)
        #expect(mail.parts.map(\.contentType) == ["text/plain", "text/html", "audio/x-wav"])
        #expect(mail.parts.map(\.fileName) == ["", "", "Zoë.wav"])
        #expect(mail.parts.map(\.isAttachment) == [false, false, true])
        #expect(mail.parts.map(\.charset) == ["", "UTF-8", ""])
        let bytes = Array(text.utf8)
        let wholes = mail.parts.map { $0.whole.map { String(decoding: bytes[$0], as: UTF8.self) } }
        #expect(wholes == [nil, inner, file])
        #expect(try mail.text(of: mail.parts[0]) == "plain")
        #expect(try mail.text(of: mail.parts[1]) == "ë")
        #expect(try mail.decodedPrefix(of: mail.parts[2], 100) == [0, 1, 2, 3, 4])
        #expect(try mail.decodedPrefix(of: mail.parts[2], 2) == [0, 1])
        var copied: [UInt8] = []
        try mail.read(10..<20) { piece throws(MailError) in copied += piece }
        #expect(copied == Array(bytes[10..<20]))
    }

    @Test func `A mail that is no multipart has its body as its only part`() throws {
        let mail = try mail("To: a@b\r\nContent-Type: text/plain\r\n\r\nhello\r\n")
        #expect(!mail.isMultipart)
        #expect(mail.lineEnd == Array("\r\n".utf8))
        #expect(mail.parts.map(\.whole) == [nil])
        #expect(try mail.text(of: mail.parts[0]) == "hello\r\n")
    }

    @Test func `A part cut off in its headers, and a mail inside, are refused`() throws {
        let start = "To: a@b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        #expect(throws: MailError.self) { try mail(start + "Content-Type: audio/x-wav; na") }
        #expect(throws: MailError.self) { try mail(start + "Content-Type: message/rfc822\n\nTo: b\n\nhi\n--b--\n") }
    }

    @Test func `What would fill the memory is refused`() throws {
        let start = "To: a@b\nContent-Type: multipart/mixed; boundary=b\n\n"
        let a = String(repeating: "a", count: 70_000)
        #expect(throws: MailError.tooLarge("headers of more than 262144 bytes")) {
            try mail("To: a@b\nX: \(a)\nX: \(a)\nX: \(a)\nX: \(a)\n\n")
        }
        #expect(throws: MailError.tooLarge("headers of a part of more than 65536 bytes")) {
            try mail(start + "--b\nX: \(a)\n\nhello\n--b--\n")
        }
        #expect(throws: MailError.tooLarge("more than 1000 parts")) {
            try mail(start + String(repeating: "--b\n\nx\n", count: 1001))
        }
        let deep = (0..<40).map { "--b\($0)\nContent-Type: multipart/mixed; boundary=b\($0 + 1)\n\n" }.joined()
        #expect(throws: MailError.tooLarge("parts are nested more than 16 times")) {
            try mail("To: a@b\nContent-Type: multipart/mixed; boundary=b0\n\n" + deep)
        }
        let long = try mail("To: a@b\n\n" + String(repeating: "a", count: 300_000))
        #expect(throws: MailError.tooLarge("a text of more than 262144 bytes")) { try long.text(of: long.parts[0]) }
    }

    @Test func `A mail over 64 MiB, a folder, a pipe and what is not there are refused`() throws {
        let path = directory.file("large")
        try FileContents.write(Array("To: a@b\n\n".utf8), to: path)
        #expect(unsafe truncate(path, (64 << 20) + 1) == 0)
        #expect(throws: MailError.tooLarge("67108865 bytes")) { try MailFile(path: path) }
        #expect(unsafe mkfifo(directory.file("pipe"), 0o600) == 0)
        for path in [directory.path, directory.file("pipe"), directory.file("none"), "/dev/zero"] {
            #expect(throws: MailError.self, "\(path)") { try MailFile(path: path) }
        }
    }

    @Test(
        arguments: [
            ([0x5a, 0xc3, 0xab], "iso-8859-1", "Zë"), ([0x5a, 0xeb], "utf-8", "Zë"), ([0x5a, 0xeb], "", "Zë"),
            ([0xc1], "koi8-r", "а"), ([0xc1], "no-such-charset", "Á"), ([0x5a, 0xeb], "utf-8\0", "Zë"),
            ([0x80], "iso-8859-1", "\u{80}"), ([], "koi8-r", ""), ([0x5a, 0], "", "Z\0"),
            ([0xff, 0xff], "euc-jp", "ÿÿ"),
        ] as [([UInt8], String, String)]
    )
    func `Text is UTF-8 when it can be, else of its charset, else ISO-8859-1`(
        bytes: [UInt8],
        charset: String,
        text: String
    ) {
        #expect(MailText.decode(bytes[...], charset: charset) == text)
    }
}
