import Basics
import Testing

struct LoggingTests {
    /// Lines without their time.
    private final class Lines: Sendable {
        private let lines = Lock<[String]>([])

        func sink(level: LogLevel = .info, format: LogFormat = .text) -> LogSink {
            LogSink(level: level, format: format) { bytes in
                let text = String(decoding: bytes, as: UTF8.self)
                self.lines.withLock { $0.append(format == .text ? String(text.dropFirst(25)) : text) }
            }
        }

        var all: [String] { lines.withLock { $0 } }
    }

    @Test func `a line has level, component, message and fields`() {
        let lines = Lines()
        Logger("ami", sink: lines.sink()).info("logged in", [.init("host", "a b"), .init("port", 5038)])
        #expect(lines.all == ["INFO ami: logged in host=\"a b\" port=5038\n"])
    }

    @Test func `no value can break a line in two`() {
        let lines = Lines()
        Logger("x", sink: lines.sink()).warning("a\nb", [.init("k", "v\r\nERROR forged")])
        #expect(lines.all == ["WARNING x: a b k=\"v\\r\\nERROR forged\"\n"])
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

    @Test func `a warning that repeats is written once`() {
        let lines = Lines()
        let log = Logger("x", sink: lines.sink())
        for _ in 0..<100 { log.error("again") }
        log.error("another")
        #expect(lines.all == ["ERROR x: again\n", "ERROR x: another\n"])
    }

    @Test func `a warning that must be told each time is`() {
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

    @Test func `a caller's number shows its last four digits outside DEBUG`() {
        let lines = Lines()
        #expect(Logger("x", sink: lines.sink()).masked("4165551234") == "******1234")
        #expect(Logger("x", sink: lines.sink()).masked("101") == "101")
        #expect(Logger("x", sink: lines.sink(level: .debug)).masked("4165551234") == "4165551234")
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
