import Basics
import Glibc
import TestSupport
import Testing
import VoicemailProcessor

struct ReadingTests {
    @Test func `A note has what the line and the headers say`() throws {
        let note = try VoicemailFixture.note(VoicemailFixture.bytes("caller-utf8"))
        #expect(note.name == "Zoë Łukasz")
        #expect(note.dateText == "Friday, November 27, 2026 at 10:22:14 PM")
        #expect(note.callerID == "\"Zoë Łukasz 日本\" <4165550004>")
        #expect(note.callerName == "Zoë Łukasz 日本")
        #expect(note.callerNumber == "4165550004")
        #expect(note.mailbox == "102")
        #expect(note.messageNumber == 4)
        #expect(note.duration == 4)
        #expect(note.date?.description == "2026-11-28T03:22:14Z")
        #expect(note.recipientName == "Zoë Łukasz")
        #expect(note.recipientEmail == "zoe@example.org")
        #expect(note.messageID == "<Asterisk-4-82684023-102-6971@pbx.example.org>")
        #expect(note.context == "")
    }

    @Test(
        arguments: [
            ("p=Al~now~\"A~B\n~\\\"C\" <1>~7~12~1:05\n", "\"A~B\n~\\\"C\" <1>", "A~B\n~\"C", "1", "7", 12, 65),
            ("p=~~~~~", "", "", "", "", nil, nil),
            ("p=Al~now~4165550000~101~x~0:75", "4165550000", "", "4165550000", "101", nil, nil),
            (
                "p=Al~now~Eve\np=M~x~y~9~9~9:09\n.~101~3~0:07", "Eve\np=M~x~y~9~9~9:09\n.", "Eve\np=M~x~y~9~9~9:09\n.",
                "", "101", 3, 7
            ),
            ("p=Al~now~<>~101~99999999999999999999~1:00:01", "<>", "", "", "101", nil, 3601),
        ] as [(String, String, String, String, String, Int?, Int?)]
    )
    func `The line is cut from both ends`(
        text: String,
        callerID: String,
        name: String,
        number: String,
        mailbox: String,
        message: Int?,
        duration: Int?
    ) throws {
        let note = try VoicemailFixture.note(Array("To: a@b\nSubject: x\n\n\(text)".utf8))
        #expect(note.callerID == callerID)
        #expect(note.callerName == name)
        #expect(note.callerNumber == number)
        #expect(note.mailbox == mailbox)
        #expect(note.messageNumber == message)
        #expect(note.duration == duration)
    }

    @Test func `Without the line, Subject, text and headers of Asterisk say it`() throws {
        let mail = """
            Date: Fri, 27 Nov 2026 22:22:14 -0500
            To: "Alice" <alice@example.org>
            Subject: [PBX]: New message 3 in mailbox 101
            X-Asterisk-CallerID: 4165550000
            X-Asterisk-CallerIDName: Ann
            Content-Type: multipart/mixed; boundary=b

            --b

            Dear Alice:

            \tJust wanted to let you know you were just left a 0:12 long message (number 3)
            in mailbox 101 from Ann (number 9) in mailbox 9, on Friday so you might want to check it
            --b
            Content-Type: audio/x-wav; name=a.wav

            RIFFxxxx
            --b--
            .

            """
        let note = try VoicemailFixture.note(Array(mail.utf8))
        #expect(note.messageNumber == 3)
        #expect(note.mailbox == "101")
        #expect(note.duration == 12)
        #expect(note.name == "Alice")
        #expect(note.callerID == "\"Ann\" <4165550000>")
        #expect(note.callerName == "Ann")
        #expect(note.callerNumber == "4165550000")
        #expect(note.dateText == "Fri, 27 Nov 2026 22:22:14 -0500")
        let others = mail.replacing("New message 3 in mailbox 101", with: "message")
        #expect(try VoicemailFixture.note(Array(others.utf8)).mailbox == "101")
        #expect(try VoicemailFixture.note(Array(others.utf8)).messageNumber == 3)
    }

    @Test func `A text alone is for a pager unless it begins with the line`() throws {
        for name in VoicemailFixture.names {
            let kind = try VoicemailFixture.opened(VoicemailFixture.bytes(name)).kind
            let isPager = if case .pager = kind { true } else { false }
            #expect(isPager == (name == "pager"), "\(name)")
        }
    }

    @Test func `A recipient of the pager setting gets a mail without audio as it is`() throws {
        let isPager = { (address: String) in address == "second@example.org" }
        let text = try VoicemailFixture.bytes("no-attachment-two-recipients")
        guard case .pager = try VoicemailFixture.opened(text, isPager: isPager).kind else {
            Issue.record("not for a pager")
            return
        }
        guard case .message = try VoicemailFixture.opened(VoicemailFixture.bytes("wav"), isPager: { _ in true }).kind
        else {
            Issue.record("audio for a pager")
            return
        }
    }

    @Test(
        arguments: [
            ("audio/x-wav", "", [UInt8]("RIFF".utf8), false),
            ("audio/x-wav", "", AudioSample.wav(data: 0), false),
            ("audio/x-wav", "", AudioSample.wav(data: 100) + [1], true),
            ("audio/x-wav", "", AudioSample.wav49(data: 0), false),
            ("audio/x-wav", "", AudioSample.wav49(data: 65) + [1], true),
            ("audio/x-gsm", "", [0xd4], true),
            ("audio/x-gsm", "", [], false),
            ("application/ogg", "", [0x4f], true),
            ("application/octet-stream", "a.GSM", [0xd4], true),
            ("application/octet-stream", "a.pdf", [0xd4], false),
        ] as [(String, String, [UInt8], Bool)]
    )
    func `Audio is what has a sound in it`(type: String, name: String, audio: [UInt8], isHeard: Bool) throws {
        let mail =
            "To: a@b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\np=A~B~C~D~1~0:01\n--b\nContent-Type: \(type)\n"
            + "Content-Disposition: attachment; filename=\"\(name)\"\nContent-Transfer-Encoding: base64\n\n"
            + "\(Base64.encoded(audio))\n--b--\n"
        guard case .message(let part) = try VoicemailFixture.opened(Array(mail.utf8)).kind else {
            Issue.record("for a pager")
            return
        }
        #expect((part != nil) == isHeard)
    }

    @Test func `Audio is decoded to a file in pieces, as another parser decodes it`() async throws {
        let directory = TemporaryDirectory()
        for name in ["wav", "gsm"] {
            let mail = try VoicemailFixture.bytes(name)
            guard case .message(let audio?) = try VoicemailFixture.opened(mail).kind else {
                Issue.record("no audio in \(name)")
                continue
            }
            let count = try audio.decode(to: .created(directory.file(name)))
            let bytes = try FileContents.read(directory.file(name))
            let digest = String(decoding: ASCII.hexadecimal(Digest.sha256(bytes)), as: UTF8.self)
            #expect(count == bytes.count)
            #expect(try await SecondReader.read([mail]).map(\.audio) == [digest])
            #expect(audio.fileName == "msg0000.\(name)")
            #expect(audio.contentType == "audio/x-\(name)")
        }
    }
}

extension FileDescriptor {
    /// A new file for writing.
    static func created(_ path: String) -> FileDescriptor {
        FileDescriptor(unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600))
    }
}
