import Basics
import Glibc
import Simulation
import TestSupport
import Testing

/// A place for the commands `voicemail`: a queue, a sendmail that keeps what it gets, a simulated API.
final class VoicemailSite: Sendable {
    let directory = TemporaryDirectory()
    let api: SimulatedAPI

    static let mails = [
        "caller-utf8", "caller-with-markup", "gsm", "no-attachment-two-recipients", "pager", "wav",
    ]

    static func path(_ mail: String) -> String { "\(Fixture.testsDirectory)/Fixtures/voicemail/\(mail).eml" }

    init() throws {
        api = try SimulatedAPI()
        _ = try Directory.make(directory.file("sent"))
        let script = """
            #!/bin/sh
            # Takes a mail into the folder `sent`, as a whole or not at all.
            d='\(directory.path)'
            echo "$@" >"$d/arguments"
            t=$(mktemp "$d/taking.XXXXXX") && cat >"$t" || exit 74
            if [ -e "$d/refuse" ]; then exit 75; fi
            if rm "$d/refuse-once" 2>/dev/null; then exit 75; fi
            # In place of this program: a kill after that would be the end of a sendmail that has the mail and says it has not.
            exec mv "$t" "$d/sent/${t##*.}"

            """
        try FileContents.write(Array(script.utf8), to: sendmail, mode: 0o755)
    }

    deinit { api.stop() }

    var sendmail: String { directory.file("sendmail") }
    var queue: String { directory.file("queue") }

    var environment: [String: String] {
        [
            "VOICEMAIL_API_KEY": "sk_0123456789abcdefghijABCDEFGHIJ01", "API_URL": api.url, "SENDMAIL_CMD": sendmail,
            "VOICEMAIL_QUEUE_DIR": queue, "TEMP_DIR": directory.path, "VOICEMAIL_TIMEOUT": "30", "DEBUG": "1",
            "VOICEMAIL_LOG": directory.file("log"),
        ]
    }

    /// What sendmail has got so far, by path.
    var sent: [String] { Directory.names(in: directory.file("sent")).sorted().map { directory.file("sent/\($0)") } }

    /// What waits in the queue.
    var waiting: [String] { Directory.names(in: queue).filter { $0.hasSuffix(".eml") || $0.hasSuffix(".part") } }

    var log: String { ((try? FileContents.read(directory.file("log"))) ?? [])[...].text }

    /// The binary, under another program if that is wanted.
    func start(
        _ words: [String],
        input: String = "/dev/null",
        _ changes: [String: String] = [:],
        under tracer: [String] = [],
        binary: String = Subprocess.connectorPath
    ) throws -> Subprocess {
        try Subprocess(
            arguments: tracer + [binary, "voicemail"] + words,
            environment: environment.merging(changes) { $1 },
            input: input
        )
    }

    /// Runs `voicemail mail` with a mail and returns its status.
    func mail(
        _ path: String,
        _ changes: [String: String] = [:],
        words: [String] = [],
        under tracer: [String] = [],
        binary: String = Subprocess.connectorPath
    ) async throws -> Subprocess.ExitStatus {
        try await start(["mail"] + words, input: path, changes, under: tracer, binary: binary).exitStatus()
    }

    /// Sends what waits, at once.
    @discardableResult
    func flush(_ changes: [String: String] = [:]) async throws -> Subprocess.ExitStatus {
        try await start(["flush", "--now"], changes).exitStatus()
    }

    /// What Python's parser finds in the mails that sendmail got: `original`, or `new` and the text; each is checked.
    func results(of original: String) async throws -> [String] {
        let sent = sent
        guard !sent.isEmpty else { return [] }
        let script = "\(Fixture.testsDirectory)/Fixtures/voicemail/compare.py"
        let process = try Subprocess(arguments: ["/usr/bin/python3", script, original] + sent)
        let status = try await process.exitStatus()
        #expect(status == .exited(0), "\(process.text(of: .errors))")
        return process.text(of: .output).split(separator: "\n").map { String($0) }
    }

    /// Forgets what sendmail got.
    func clear() { for path in sent { Directory.remove(path) } }
}
