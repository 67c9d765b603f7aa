import Basics
import Delivery
import Glibc
import Spool
import SpoolTestSupport
import TestSupport
import Testing

@testable import Recordings

/// `recordings scan --dry-run`, without the program around it.
struct DryScanTests {
    private let directory = TemporaryDirectory()
    private let folder = TemporaryDirectory()
    private var configuration = RecordingsConfiguration()
    private var spoolPlace: SpoolConfiguration { SpoolConfiguration(directory: directory.path) }

    init() throws {
        configuration.watchPaths = [folder.path]
    }

    private func open() throws -> RecordSpool { try RecordSpool(SpoolConfiguration(directory: directory.path)) }

    private static func number(_ value: Int, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// A wav of 16-bit PCM at 8 kHz, whose header says `says` bytes of audio.
    private func wav(_ data: Int, says: Int? = nil) -> [UInt8] {
        let says = says ?? data
        return Array("RIFF".utf8) + Self.number(says == 0 ? 0 : says + 36, 4) + Array("WAVEfmt ".utf8)
            + Self.number(16, 4) + Self.number(1, 2) + Self.number(1, 2) + Self.number(8000, 4)
            + Self.number(16000, 4) + Self.number(2, 2) + Self.number(16, 2) + Array("data".utf8)
            + Self.number(says, 4) + [UInt8](repeating: 1, count: data)
    }

    /// Writes a file whose last write is `age` seconds ago.
    @discardableResult
    private func write(_ name: String, _ bytes: [UInt8], age: Int = 300) throws -> [UInt8] {
        try write(Array(name.utf8), bytes, age: age)
    }

    private func write(_ name: [UInt8], _ bytes: [UInt8], age: Int = 300) throws -> [UInt8] {
        let path = Array("\(folder.path)/".utf8) + name
        let descriptor = unsafe Glibc.open(
            path.map(CChar.init(bitPattern:)) + [0],
            O_WRONLY | O_CREAT | O_CLOEXEC,
            0o600
        )
        try #require(descriptor >= 0)
        let file = FileDescriptor(descriptor)
        try file.writeAll(bytes[...], subject: name[...].text)
        let time = timespec(tv_sec: Timestamp.now().seconds - age, tv_nsec: 0)
        #expect(unsafe futimens(file.number, [time, time]) == 0)
        return path
    }

    private struct Outcome {
        var responseClasses: [String: ScanDecision] = [:]
        var summary = ScanSummary()
        var failure: AdminError?
    }

    private func scan(_ configuration: RecordingsConfiguration? = nil) async throws -> Outcome {
        let (configuration, spoolPlace) = (configuration ?? self.configuration, spoolPlace)
        let prefix = folder.path.count + 1
        return try await Thread.run("scan") {
            Result {
                var scan = DryScan(configuration, spool: spoolPlace)
                var outcome = Outcome()
                try scan.run(at: .now()) { responseClass in
                    outcome.summary.add(responseClass)
                    outcome.responseClasses[String(ListedText.path(responseClass.path).dropFirst(prefix))] =
                        responseClass
                }
                outcome.failure = scan.failure
                return outcome
            }
        }.get()
    }

    private func words(_ outcome: Outcome) -> [String] {
        outcome.responseClasses.map { name, responseClass in
            [name, responseClass.label, responseClass.reason?.rawValue].compactMap { $0 }.joined(separator: " ")
        }
        .sorted()
    }

    @Test func `each file has its decision, by the rules of the connector`() async throws {
        var configuration = configuration
        configuration.excludePatterns = ["test-"]
        await (try open()).close()
        try write("goes.wav", wav(16000))
        try write("young.wav", wav(16000), age: 30)
        try write("live.wav", wav(0), age: 3)
        try write("old.gsm", wav(16000), age: 100_000)
        try write("small.wav", wav(100))
        try write("empty.wav", wav(0))
        try write("open.wav", wav(5000, says: 0))
        try write("quiet.wav", wav(5000, says: 0), age: 700)
        try write("test-1.wav", wav(16000))
        try write("notes.txt", wav(16000))
        _ = try Directory.make(folder.file(".processed"))
        try write(".processed/sent.wav", wav(16000))
        unsafe mkfifo(folder.file("pipe.wav"), 0o600)
        unsafe symlink("/etc/passwd", folder.file("link.wav"))
        let outcome = try await scan(configuration)
        #expect(
            words(outcome) == [
                "empty.wav stays empty", "goes.wav goes", "link.wav stays not_regular", "live.wav stays too_young",
                "notes.txt stays extension", "old.gsm stays too_old", "open.wav stays still_open",
                "pipe.wav stays not_regular", "quiet.wav goes", "small.wav stays too_small",
                "test-1.wav stays excluded", "young.wav stays too_young",
            ]
        )
        #expect(outcome.summary.total == 12 && outcome.summary.goes == 2 && outcome.failure == nil)
        #expect(outcome.responseClasses["goes.wav"]?.duration == .seconds(1))
        #expect(outcome.responseClasses["goes.wav"]?.size == 16044)
    }

    @Test func `the state in the spool comes before the rules`() async throws {
        let spool = try open()
        for (name, state, age) in [
            ("waiting.wav", RecordingState.waiting, 300), ("parked.wav", .parked, 100_000),
            ("done.wav", .done, 100_000),
            ("seen.wav", .seen, 300),
        ] { try await RecordingHistory.add(try write(name, wav(16000), age: age), nil, state, to: spool) }
        try await RecordingHistory.add(try write("changed.wav", wav(16000)), nil, .done, to: spool)
        try write("changed.wav", wav(20000))
        await spool.close()
        let outcome = try await scan()
        #expect(
            words(outcome) == [
                "changed.wav goes", "done.wav done", "parked.wav parked", "seen.wav goes", "waiting.wav waiting",
            ]
        )
        #expect(
            outcome.responseClasses["parked.wav"]?.explanation
                == "recording 2, given up after 10 failed uploads, the last: HTTP 413: the file is too large"
        )
        #expect(outcome.responseClasses["waiting.wav"]?.explanation == "recording 1")
        let counts = try await open().perform { try $0.recordings.counts() }
        #expect(counts == [.waiting: 1, .parked: 1, .done: 2, .seen: 1], "nothing was noted")
    }

    @Test func `without a spool the rules alone decide, and the output says so`() async throws {
        try write("a.gsm", [UInt8](repeating: 1, count: 3300))
        let outcome = try await scan()
        #expect(words(outcome) == ["a.gsm goes"])
        #expect(outcome.failure?.description.contains("there is no spool") == true)
        #expect(Directory.names(in: directory.path).isEmpty)
    }

    @Test func `names of any bytes are distinguished`() async throws {
        await (try open()).close()
        let audio = [UInt8](repeating: 1, count: 3300)
        try write("it's \"quoted\"\n.gsm", audio)
        _ = try write([0xff, 0xfe] + Array(".gsm".utf8), audio)
        try write(String(repeating: "x", count: 251) + ".gsm", audio)
        #expect(
            words(try await scan()) == [
                #"\xff\xfe.gsm goes"#, #"it's "quoted"\n.gsm goes"#, String(repeating: "x", count: 251) + ".gsm goes",
            ]
        )
    }

    @Test func `a folder that is missing is named, and the others are scanned`() async throws {
        var configuration = configuration
        configuration.watchPaths.insert(folder.file("gone"), at: 0)
        try write("a.gsm", [UInt8](repeating: 1, count: 3300))
        let outcome = try await scan(configuration)
        #expect(words(outcome) == ["a.gsm goes", "gone stays unreadable"])
        #expect(outcome.summary.stays == [.unreadable: 1])
        #expect(outcome.responseClasses["gone"]?.explanation?.hasPrefix("cannot be read: No such file") == true)
    }

    @Test(.enabled(if: geteuid() != 0, "root can read everything"))
    func `unreadable files are reported with owner and mode`() async throws {
        try write("a.gsm", [UInt8](repeating: 1, count: 3300))
        unsafe chmod(folder.file("a.gsm"), 0o200)
        let responseClass = try await scan().responseClasses["a.gsm"]
        #expect(responseClass?.reason == .unreadable)
        let text = try #require(responseClass?.explanation)
        #expect(text.contains("with mode 0200") && text.contains("PUID=\(geteuid())"))
    }

    @Test func `more files than one request to the admin API takes are each reported once`() async throws {
        let spool = try open()
        for number in 0..<1250 {
            let path = try write("\(number).gsm", [UInt8](repeating: 1, count: 1100))
            if number % 2 == 0 { try await RecordingHistory.add(path, nil, .waiting, to: spool) }
        }
        await spool.close()
        let outcome = try await scan()
        #expect(outcome.summary.total == 1250 && outcome.responseClasses.count == 1250)
        #expect(outcome.summary.goes == 625 && outcome.summary.known == [.waiting: 625])
        for (name, responseClass) in outcome.responseClasses {
            let number = try #require(Int(name.prefix { $0 != "." }))
            #expect(responseClass.label == (number % 2 == 0 ? "waiting" : "goes"))
        }
    }

    @Test func `nobody is kept from the spool while decisions are shown`() async throws {
        await (try open()).close()
        try write("a.gsm", [UInt8](repeating: 1, count: 3300))
        let (configuration, spoolPlace, path) = (configuration, spoolPlace, directory.path)
        let opened = try await Thread.run("scan") {
            Result {
                var scan = DryScan(configuration, spool: spoolPlace)
                var opened = 0
                try scan.run(at: .now()) { _ in
                    if (try? RecordSpool(SpoolConfiguration(directory: path))) != nil { opened += 1 }
                }
                return scan.failure == nil ? opened : 0
            }
        }.get()
        #expect(opened == 1)
    }

    @Test func `a reader that goes away ends the scan`() async throws {
        for number in 0..<10 { try write("\(number).gsm", [UInt8](repeating: 1, count: 1100)) }
        let (configuration, spoolPlace) = (configuration, spoolPlace)
        let visits = try await Thread.run("scan") {
            var scan = DryScan(configuration, spool: spoolPlace)
            var visits = 0
            #expect(throws: SystemError.self) {
                try scan.run(at: .now()) { (_) throws(SystemError) in
                    visits += 1
                    throw SystemError("write", "the output", code: EPIPE)
                }
            }
            return visits
        }
        #expect(visits == 1)
    }
}
