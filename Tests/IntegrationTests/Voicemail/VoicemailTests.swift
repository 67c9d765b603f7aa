import Basics
import Glibc
import Simulation
import TestSupport
import Testing

/// `voicemail mail` with captured mails, between a simulated API and a sendmail: the mail always goes out.
@Suite(.timeLimit(.minutes(5)))
struct VoicemailTests {
    private let site: VoicemailSite

    init() throws { site = try VoicemailSite() }

    private static let wav = VoicemailSite.path("wav")

    @Test(arguments: VoicemailSite.mails)
    func `a mail of Asterisk goes out with the text of its message`(name: String) async throws {
        let path = VoicemailSite.path(name)
        #expect(try await site.mail(path) == .exited(0))
        let results = try await site.results(of: path)
        #expect(results.count == 1 && site.waiting == [])
        #expect(try FileContents.read(site.directory.file("arguments"))[...].text == "-t -i\n")
        guard name != "pager" else { return #expect(results == ["original"]) }
        let hasAudio = name != "no-attachment-two-recipients"
        #expect(results[0].hasPrefix("new "))
        #expect(results[0].contains(SimulatedAPI.transcription) == hasAudio)
        #expect(site.api.voicemail.count == (hasAudio ? 1 : 0))
        #expect(site.api.voicemailStatistics.recentViolations == [])
    }

    @Test func `the request says what the mail says`() async throws {
        #expect(try await site.mail(VoicemailSite.path("gsm"), ["HOST_HOSTNAME": "pbx-7"]) == .exited(0))
        let message = try #require(site.api.voicemail.first)
        let metadata = message.metadata
        #expect(metadata["mailbox"]?.string == "104" && metadata["msgnum"]?.integer == 1)
        #expect(metadata["caller_number"]?.string == "4165550007" && metadata["caller_name"]?.string == "Gsm")
        #expect(metadata["caller_id"]?.string == #""Gsm" <4165550007>"# && metadata["duration"]?.integer == 4)
        #expect(metadata["date"]?.string == "2026-11-28T03:22:16Z")
        #expect(metadata["recipient_email"]?.string == "gus@example.org")
        #expect(metadata["message_id"]?.string == "<Asterisk-1-265359403-104-6971@pbx.example.org>")
        #expect(metadata["context"] == nil)
        #expect(message.form.key == metadata["uuid"]?.string && message.form.fields["format"] == "html")
        #expect(message.form.contentType == "audio/x-gsm" && message.form.fileName == "msg0000.gsm")
    }

    @Test(arguments: ["text", "original"])
    func `other formats have no HTML`(format: String) async throws {
        #expect(try await site.mail(Self.wav, ["EMAIL_FORMAT": format]) == .exited(0))
        let mail = try FileContents.read(try #require(site.sent.first), limit: 1 << 24)[...].text
        #expect(!mail.contains("text/html") && mail.contains("audio/x-wav"))
        #expect(try await site.results(of: Self.wav)[0].contains(SimulatedAPI.transcription))
    }

    @Test(arguments: [
        ["--frobnicate"], ["--env-file"], ["--env-file", "/nonexistent"], ["default", "102", "1", "zoe@example.org"],
        ["--help"], ["-h", "--version"], ["--", "x"],
    ])
    func `no command line stops a mail`(words: [String]) async throws {
        #expect(try await site.mail(Self.wav, words: words) == .exited(0))
        #expect(try await site.results(of: Self.wav).count == 1)
    }

    @Test func `no setting stops a mail`() async throws {
        let wrong = [
            "VOICEMAIL_TIMEOUT": "soon", "EMAIL_FORMAT": "pdf", "DEBUG": "perhaps", "VOICEMAIL_MAX_CONCURRENT": "0",
            "VOICEMAIL_API_KEY_FILE": "/nonexistent", "VOICEMAIL_TEMPLATE": "/nonexistent", "VOICEMAIL_NONE": "x",
            "VOICEMAIL_MAX_MESSAGES": "-1", "API_TLS_CA_FILE": "/nonexistent", "REGION": "moon", "AMI_PORT": "none",
        ]
        #expect(try await site.mail(Self.wav, wrong) == .exited(0))
        #expect(try await site.results(of: Self.wav).count == 1)
    }

    static let troubles: [(String, Fault)] = [
        ("hangs", .hang(.seconds(60))), ("resets", .reset), ("answers 503", .status(503)),
        ("answers 401", .status(401)), ("answers 200 with HTML", .html),
        ("answers 10 MB", .answer(200, body: String(repeating: "{", count: 10 << 20))),
        ("answers no object", .answer(200, body: "[1]")), ("answers without a text", .answer(202, body: "{}")),
        ("redirects", .status(302)), ("answers nonsense", .answer(200, body: #"{"transcription": 7}"#)),
    ]

    @Test(arguments: troubles.map(\.0))
    func `an API in trouble costs the text, never the mail`(trouble: String) async throws {
        var behaviour = Behaviour()
        behaviour.faults = Self.troubles.filter { $0.0 == trouble }.map(\.1)
        site.api.setVoicemailBehaviour(behaviour)
        #expect(try await site.mail(Self.wav, ["VOICEMAIL_TIMEOUT": "2"]) == .exited(0))
        let results = try await site.results(of: Self.wav)
        #expect(results.count == 1 && results[0].hasPrefix("new ") && !results[0].contains(SimulatedAPI.transcription))
        #expect(site.log.contains("warning: message not transcribed"), "\(site.log)")
    }

    @Test func `an answer that is no UTF-8 costs the text`() async throws {
        let server = try RawServer { connection in
            _ = try connection.readRequest()
            let body: [UInt8] = Array(#"{"transcription":""#.utf8) + [0xff, 0xfe] + Array(#""}"#.utf8)
            try connection.write(Array("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body)
        }
        defer { server.stop() }
        #expect(try await site.mail(Self.wav, ["API_URL": server.url]) == .exited(0))
        let results = try await site.results(of: Self.wav)
        #expect(results.count == 1 && results[0].hasPrefix("new "))
    }

    @Test func `a failure that passes is tried again with the same key`() async throws {
        var behaviour = Behaviour()
        behaviour.sequence = [.status(503, retryAfter: "0"), .answerLost, .status(429, retryAfter: "0")]
        site.api.setVoicemailBehaviour(behaviour)
        #expect(try await site.mail(Self.wav) == .exited(0))
        #expect(try await site.results(of: Self.wav)[0].contains(SimulatedAPI.transcription))
        #expect(Set(site.api.voicemail.map(\.form.key)).count == 1 && site.api.voicemail.count == 2)
    }

    @Test func `a mail that sendmail refuses once goes unchanged`() async throws {
        try FileContents.write([], to: site.directory.file("refuse-once"))
        #expect(try await site.mail(Self.wav) == .exited(0))
        #expect(try await site.results(of: Self.wav) == ["original"])
        #expect(site.waiting == [])
    }

    @Test func `a mail that sendmail always refuses waits, and is sent by flush`() async throws {
        try FileContents.write([], to: site.directory.file("refuse"))
        #expect(try await site.mail(Self.wav) == .exited(75))
        #expect(site.sent == [] && site.waiting.count == 1)
        #expect(try await site.flush() == .exited(1))
        Directory.remove(site.directory.file("refuse"))
        // It is too young for the timer.
        #expect(try await site.start(["flush"]).exitStatus() == .exited(0))
        #expect(site.sent == [])
        #expect(try await site.flush() == .exited(0))
        #expect(try await site.results(of: Self.wav)[0].contains(SimulatedAPI.transcription))
        #expect(site.waiting == [] && Directory.names(in: site.queue).allSatisfy { !$0.contains(".eml") })
    }

    @Test func `an old mail that waits is sent by the next one`() async throws {
        try FileContents.write([], to: site.directory.file("refuse"))
        #expect(try await site.mail(Self.wav) == .exited(75))
        Directory.remove(site.directory.file("refuse"))
        let times = [timespec(tv_sec: time(nil) - 700, tv_nsec: 0), timespec(tv_sec: time(nil) - 700, tv_nsec: 0)]
        #expect(unsafe utimensat(AT_FDCWD, "\(site.queue)/\(site.waiting[0])", times, 0) == 0)
        #expect(try await site.mail(Self.wav) == .exited(0))
        #expect(try await site.results(of: Self.wav).count == 2)
        #expect(site.waiting == [])
    }

    @Test func `without a queue the mail goes unchanged, from a file and from a pipe`() async throws {
        let nowhere = ["VOICEMAIL_QUEUE_DIR": "/proc/none", "TEMP_DIR": "/proc/none"]
        #expect(try await site.mail(Self.wav, nowhere) == .exited(0))
        let pipe = ["sh", "-c", #"cat "$1" | "$2" voicemail mail"#, "sh", Self.wav, Subprocess.connectorPath]
        let process = try Subprocess(arguments: pipe, environment: site.environment.merging(nowhere) { $1 })
        #expect(try await process.exitStatus() == .exited(0))
        #expect(try await site.results(of: Self.wav) == ["original", "original"])
    }

    @Test func `without a queue and without sendmail the mail waits in TEMP_DIR`() async throws {
        try FileContents.write([], to: site.directory.file("refuse"))
        let changes = ["VOICEMAIL_QUEUE_DIR": "/proc/none"]
        #expect(try await site.mail(Self.wav, changes) == .exited(75))
        Directory.remove(site.directory.file("refuse"))
        #expect(try await site.flush(changes) == .exited(0))
        #expect(try await site.results(of: Self.wav).count == 1)
    }

    @Test func `an empty input is no mail`() async throws {
        #expect(try await site.mail("/dev/null") == .exited(0))
        #expect(site.sent == [] && site.waiting == [])
    }

    @Test func `a mail of 65 MiB goes unchanged`() async throws {
        let path = site.directory.file("large.eml")
        let start = Array("To: a@example.org\nSubject: x\n\n".utf8)
        try FileContents.write(start + [UInt8](repeating: UInt8(ascii: "x"), count: 65 << 20), to: path)
        #expect(try await site.mail(path) == .exited(0))
        #expect(site.sent.count == 1 && site.api.voicemailStatistics.requests == 0)
        let sent = try FileContents.read(site.sent[0], limit: 1 << 28)
        #expect(try sent == FileContents.read(path, limit: 1 << 28))
    }

    @Test(arguments: ["missing", "exit 1", "exit 64", "exit 0", "kill -9 $$", "kill -11 $$", "not executable"])
    func `a second executable that fails costs the text`(trouble: String) async throws {
        let folder = try Directory.make(site.directory.file("bin"))
        let binary = "\(folder)/asterisk-connector"
        if unsafe link(Subprocess.connectorPath, binary) != 0 {
            try FileContents.copy(Subprocess.connectorPath, to: binary, mode: 0o755)
        }
        // Elsewhere on this machine there may be one that works.
        if trouble != "missing" {
            let script = "#!/bin/sh\n\(trouble == "not executable" ? "\u{7f}ELF" : trouble)\n"
            try FileContents.write(Array(script.utf8), to: "\(binary)-voicemail", mode: 0o755)
        }
        #expect(try await site.mail(Self.wav, binary: binary) == .exited(0))
        #expect(try await site.results(of: Self.wav) == ["original"])
        #expect(site.waiting == [] && site.log.contains("warning: mail passed on unchanged"))
    }

    @Test func `many mails at once go out, each once`() async throws {
        let count = Subprocess.isSanitized ? 20 : 100
        let processes = try (0..<count).map { _ in try site.start(["mail"], input: VoicemailSite.path("gsm")) }
        for process in processes { #expect(try await process.exitStatus(within: .seconds(240)) == .exited(0)) }
        let results = try await site.results(of: VoicemailSite.path("gsm"))
        #expect(results.count == count && site.waiting == [])
        #expect(results.allSatisfy { $0.hasPrefix("new ") })
    }

    @Test func `neither log nor syslog has a text, a name or a number`() async throws {
        #expect(try await site.mail(VoicemailSite.path("caller-utf8")) == .exited(0))
        try FileContents.write([], to: site.directory.file("refuse"))
        #expect(try await site.mail(VoicemailSite.path("caller-utf8")) == .exited(75))
        let log = site.log
        #expect(log.contains("mail kept") && log.contains("message transcribed"))
        for word in ["416555", "Zoë", "zoe@", "Hello", "sk_0123"] { #expect(!log.contains(word), "\(word): \(log)") }
    }
}
