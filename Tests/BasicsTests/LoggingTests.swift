import Basics
import Testing

struct LoggingTests {
    /// Collects lines without their time.
    private final class Lines: Sendable {
        private let lines = Lock<[String]>([])

        func sink(
            level: LogLevel = .info,
            format: LogFormat = .text,
            clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
        ) -> LogSink {
            let keep: @Sendable ([UInt8]) -> Void = { bytes in
                let text = String(decoding: bytes, as: UTF8.self)
                self.lines.withLock { $0.append(format == .text ? String(text.dropFirst(25)) : text) }
            }
            return LogSink(level: level, format: format, output: keep, clock: clock)
        }

        func takeAll() -> [String] {
            lines.withLock { lines in
                defer { lines = [] }
                return lines
            }
        }

        var all: [String] { lines.withLock { $0 } }
    }

    @Test func `a line has level, component, message and fields`() {
        let lines = Lines()
        Logger("ami", sink: lines.sink()).info("logged in", [.init("host", "a b"), .init("port", 5038)])
        #expect(lines.all == ["INFO ami: logged in host=\"a b\" port=5038\n"])
    }

    /// Characters that a terminal interprets or that end a line, and how the value of a field shows them.
    private static let hostile: [(character: Unicode.Scalar, shown: String)] = [
        ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"), ("\0", "\\u0000"), ("\u{1b}", "\\u001b"), ("\u{7f}", "\\u007f"),
        ("\u{85}", "\\u0085"), ("\u{9b}", "\\u009b"), ("\u{202e}", "\\u202e"), ("\u{2028}", "\\u2028"),
        ("\u{feff}", "\\ufeff"), ("\u{e0001}", "\\udb40\\udc01"),
    ]

    @Test(arguments: hostile.map(\.shown).indices)
    func `no value can break a line in two or command a terminal`(index: Int) throws {
        let (character, shown) = Self.hostile[index]
        let value = "v\(character)ERROR forged"
        let lines = Lines()
        Logger("x", sink: lines.sink()).warning("a\(character)b", [.init("k", value)])
        Logger("x", sink: lines.sink(format: .json)).warning("a\(character)b", [.init("k", value)])
        #expect(lines.all.first == "WARNING x: a b k=\"v\(shown)ERROR forged\"\n")
        let json = try #require(lines.all.last)
        #expect(json.unicodeScalars.dropLast().allSatisfy { $0 != character } && json.contains("a\(shown)b"))
        #expect(try JSONParser.parse(json)["k"] == .string(value), "nothing of it is lost")
    }

    @Test(arguments: ["", "a b", "a\u{a0}b", "a\u{3000}b", "\"", "say \"x\""])
    func `a value that could be taken for more than one is quoted`(value: String) {
        let lines = Lines()
        Logger("x", sink: lines.sink()).info("m", [.init("k", value), .init("l", #"plain=\n-é"#)])
        let quoted = value.replacing("\"", with: "\\\"")
        #expect(lines.all == ["INFO x: m k=\"\(quoted)\" l=plain=\\n-é\n"])
    }

    @Test func `levels below the threshold are not written, and the threshold can change`() {
        let lines = Lines()
        let sink = lines.sink(level: .warning)
        let log = Logger("x", sink: sink)
        log.info("one")
        log.debug("two")
        sink.level = .debug
        log.debug("three")
        #expect(lines.all == ["DEBUG x: three\n"])
    }

    /// A clock that the test sets.
    private final class Time: Sendable {
        private let now = Lock(ContinuousClock.now)

        func pass(_ seconds: Int) { now.withLock { $0 += .seconds(seconds) } }
        var clock: @Sendable () -> ContinuousClock.Instant { { self.now.withLock { $0 } } }
    }

    @Test func `a warning that repeats is written once, and then how often it came`() {
        let (lines, time) = (Lines(), Time())
        let sink = lines.sink(clock: time.clock)
        let log = Logger("x", sink: sink)
        for number in 1...100 { log.error("again", [.init("n", number)]) }
        log.error("another")
        #expect(lines.takeAll() == ["ERROR x: again n=1\n", "ERROR x: another\n"])
        time.pass(59)
        sink.flushRepetitions()
        #expect(lines.takeAll() == [], "not yet")
        time.pass(1)
        sink.flushRepetitions()
        #expect(lines.takeAll() == ["ERROR x: again n=100 repeated=98\n"], "the last one, and those before it")
        log.error("again", [.init("n", 101)])
        #expect(lines.takeAll() == [], "a line a minute is enough")
        time.pass(61)
        log.error("again", [.init("n", 102)])
        #expect(lines.takeAll() == ["ERROR x: again n=102 repeated=1\n"])
        time.pass(61)
        sink.flushRepetitions()
        log.error("again", [.init("n", 103)])
        #expect(lines.takeAll() == ["ERROR x: again n=103\n"], "forgotten after a quiet minute")
    }

    @Test func `no repetition goes untold, at the end or with many messages`() {
        let (lines, time) = (Lines(), Time())
        let sink = lines.sink(clock: time.clock)
        let log = Logger("x", sink: sink)
        for _ in 1...2 { log.warning("twice") }
        for number in 1...255 { log.warning("message \(number)") }
        #expect(lines.takeAll().count == 256)
        log.warning("one more than are remembered")
        #expect(lines.takeAll() == ["WARNING x: twice\n", "WARNING x: one more than are remembered\n"])
        for _ in 1...3 { log.warning("one more than are remembered") }
        sink.finish()
        #expect(lines.takeAll() == ["WARNING x: one more than are remembered repeated=2\n"])
        sink.finish()
        #expect(lines.takeAll() == [])
    }

    @Test func `repetitions that are held back when the level rises are not written`() {
        let (lines, time) = (Lines(), Time())
        let sink = lines.sink(clock: time.clock)
        for _ in 1...2 { Logger("x", sink: sink).warning("again") }
        sink.level = .error
        sink.finish()
        #expect(lines.all == ["WARNING x: again\n"])
    }

    @Test func `a warning that must be written each time is`() {
        let lines = Lines()
        let log = Logger("x", sink: lines.sink())
        for _ in 0..<3 { log.warning("gap", collapsing: false) }
        #expect(lines.all.count == 3)
    }

    @Test func `JSON lines are JSON`() throws {
        let lines = Lines()
        Logger("x", sink: lines.sink(format: .json)).error("m\"", [.init("k", "v\n")])
        let line = try JSONParser.parse(try #require(lines.all.first))
        #expect(line["message"] == .string("m\""))
        #expect(line["k"] == .string("v\n"))
        #expect(line["level"] == .string("ERROR"))
    }

    @Test func `numbers of callers are masked in values from outside, and nowhere else`() {
        let lines = Lines()
        let sink = lines.sink()
        let log = Logger("x", sink: sink)
        let fields: [Logger.Field] = [
            .init("error", "no such number 4165551234"), .init("bytes", 1_234_567_890),
            .init(own: "host", "vm20231107"),
        ]
        log.warning("one", fields)
        sink.level = .debug
        log.warning("two", fields)
        #expect(
            lines.all == [
                "WARNING x: one error=\"no such number ******1234\" bytes=1234567890 host=vm20231107\n",
                "WARNING x: two error=\"no such number 4165551234\" bytes=1234567890 host=vm20231107\n",
            ]
        )
    }

    @Test func `a secret does not show itself`() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!"\(secret) \(String(reflecting: secret)) \(dumped)".contains("hunter2"))
    }

    @Test func `the last warnings and errors are kept, and one that repeats is there once with its count`() {
        let lines = Lines()
        let sink = lines.sink()
        let log = Logger("a", sink: sink)
        log.info("not kept")
        for attempt in 1...3 { log.warning("again", [.init("attempt", attempt)]) }
        log.error("broken")
        log.component("b").warning("again")
        log.warning("again", [.init("attempt", 4)])
        #expect(lines.all.count == 4, "repeats are not written")
        #expect(sink.recent.map(\.message) == ["broken", "again", "again"])
        #expect(sink.recent.map(\.component) == ["a", "b", "a"])
        #expect(sink.recent.map(\.count) == [1, 1, 4])
        #expect(sink.recent.last?.fields == [.init("attempt", 4)] && log.recent == sink.recent)
        for number in 1...2 { log.warning("each", [.init("n", number)], collapsing: false) }
        #expect(sink.recent.suffix(2).map(\.fields) == [[.init("n", 1)], [.init("n", 2)]])
        for number in 0..<100 { log.error("number \(number)") }
        #expect(sink.recent.count == LogSink.recentCount && sink.recent.last?.message == "number 99")
        sink.level = .error
        log.warning("not in the log")
        #expect(sink.recent.last?.message == "number 99", "what the log leaves out is left out here too")
    }
}
