import Basics
import Daemon
import TestSupport
import Testing

@testable import Voicemail

struct VoicemailSettingsTests {
    private let directory = TemporaryDirectory()

    private func load(_ environment: [String: String], file: String? = nil, usual: String? = nil) throws
        -> VoicemailSettings.Outcome
    {
        if let file { try FileContents.write(Array(file.utf8), to: directory.file("given")) }
        if let usual { try FileContents.write(Array(usual.utf8), to: directory.file("usual")) }
        return VoicemailSettings.load(
            envFile: file == nil ? nil : directory.file("given"),
            environment: environment,
            usualFile: directory.file("usual")
        )
    }

    @Test func `each setting has the default of the contract`() {
        let expected = [
            "VOICEMAIL_API_KEY": "", "VOICEMAIL_API_KEY_FILE": "", "SK_KEY": "", "VOICEMAIL_API_ENDPOINT": "",
            "VOICEMAIL_TIMEOUT": "30", "VOICEMAIL_TEMPLATE": "", "VOICEMAIL_FOOTER": "Voicemail Service",
            "VOICEMAIL_MAX_MESSAGES": "100", "VOICEMAIL_QUEUE_DIR": "/var/spool/asterisk-connector/voicemail",
            "VOICEMAIL_MAX_CONCURRENT": "4", "SENDMAIL_CMD": "/usr/sbin/sendmail", "TEMP_DIR": "/tmp",
            "EMAIL_FORMAT": "html", "DEBUG": "false", "VOICEMAIL_LOG": "/var/log/voicemail-processor.log",
            "VOICEMAIL_SPOOL_DIR": "/var/spool/asterisk/voicemail",
        ]
        let settings = VoicemailFeature.sections.flatMap(\.settings)
        #expect(Dictionary(uniqueKeysWithValues: settings.map { ($0.label, $0.defaultText) }) == expected)
    }

    @Test func `the key is the own one, else that of older connectors, else that of run`() throws {
        let all = ["VOICEMAIL_API_KEY": "own", "SK_KEY": "former", "API_KEY": "shared"]
        #expect(try load(all).configuration.key?.revealed == "own")
        #expect(try load(all.filter { $0.key != "VOICEMAIL_API_KEY" }).configuration.key?.revealed == "former")
        #expect(try load(["API_KEY": "shared"]).configuration.key?.revealed == "shared")
        let none = try load([:])
        #expect(none.configuration.key == nil && none.errors == [])
        #expect(none.warnings == ["there is no key for transcriptions; set VOICEMAIL_API_KEY"])
    }

    @Test func `the endpoint is made from the region or the address of the API`() throws {
        #expect(try load([:]).configuration.endpoint == "https://api-us1.sipstack.com/v1/rt/voicemail")
        #expect(
            try load(["REGION": "ca1"]).configuration.endpoint == "https://api-ca1.sipstack.com/v1/rt/voicemail"
        )
        let local = try load(["API_URL": "http://127.0.0.1:1/v1/", "API_KEY": "k"])
        #expect(local.configuration.endpoint == "http://127.0.0.1:1/v1/rt/voicemail" && local.warnings == [])
        let plain = try load(["VOICEMAIL_API_ENDPOINT": "http://api.example.com/x", "API_KEY": "k"])
        #expect(plain.configuration.endpoint == "http://api.example.com/x")
        #expect(plain.warnings.count == 1 && plain.warnings[0].contains("without encryption"))
    }

    @Test func `the environment beats the file, and the usual file counts only without another`() throws {
        let file = "EMAIL_FORMAT=text\nVOICEMAIL_TIMEOUT=7\n"
        let both = try load(["VOICEMAIL_TIMEOUT": "9"], file: file, usual: "VOICEMAIL_FOOTER=usual\n")
        #expect(both.configuration.format == .text && both.configuration.timeout == .seconds(9))
        #expect(both.configuration.footer == "Voicemail Service")
        #expect(try load([:], usual: "VOICEMAIL_FOOTER=usual\n").configuration.footer == "usual")
    }

    @Test func `a wrong value is reported and leaves the default, and all others count`() throws {
        let outcome = try load(
            [
                "VOICEMAIL_TIMEOUT": "0", "EMAIL_FORMAT": "pdf", "SENDMAIL_CMD": "sendmail",
                "VOICEMAIL_MAX_CONCURRENT": "9",
            ],
            file: "DEBUG=1\nnonsense\n"
        )
        let defaults = VoicemailConfiguration()
        #expect(outcome.errors.count == 4)
        #expect(outcome.configuration.timeout == defaults.timeout && outcome.configuration.format == .html)
        #expect(outcome.configuration.sendmail == defaults.sendmail && outcome.configuration.concurrency == 9)
        #expect(outcome.configuration.debug)
    }

    @Test func `a file that cannot be read is reported`() throws {
        let outcome = VoicemailSettings.load(envFile: "/nonexistent/file", environment: [:], usualFile: "/nonexistent")
        #expect(outcome.errors.count == 1 && outcome.errors[0].contains("--env-file"))
        #expect(outcome.configuration.timeout == .seconds(30))
    }

    @Test(
        arguments: [
            ([], nil, 0), (["default", "102", "3", "a@example.org"], nil, 0), (["--env-file", "x"], "x", 0),
            (["a", "--env-file=y", "b"], "y", 0), (["--env-file"], nil, 1), (["--frob", "--verbose=1"], nil, 2),
            (["-x", "--", "--frob"], nil, 0),
        ] as [([String], String?, Int)]
    )
    func `each command line is understood`(words: [String], envFile: String?, warnings: Int) {
        let read = MailCommand.Words(words)
        #expect(read.envFile == envFile && read.warnings.count == warnings)
    }

    @Test(arguments: [
        (["/s"], ["/s", "-t", "-i"]), (["/s", "-t"], ["/s", "-t", "-i"]), (["/s", "-ti"], ["/s", "-ti"]),
        (["/s", "-oi", "-f", "-t"], ["/s", "-oi", "-f", "-t"]), (["/s", "-oi"], ["/s", "-oi", "-t"]),
    ])
    func `sendmail gets recipients from the headers, and a lone dot ends nothing`(words: [String], complete: [String]) {
        #expect(Sendmail.complete(words) == complete)
    }
}
