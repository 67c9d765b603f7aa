import TestSupport
import Testing

@testable import Basics

/// No input takes more than a bounded multiple of its size, in memory or in steps.
///
/// Quadratic growth takes a billion steps for each of these inputs, and cubic or exponential growth never ends: the
/// time limit only ends a test that hangs, and measures nothing.
@Suite(.timeLimit(.minutes(10)))
struct GrowthTests {
    private static let size = 32 << 10

    @Test(arguments: HostileInput.kinds)
    func `masking takes no more than the size of a text`(kind: HostileInput.Kind) {
        let text = kind.bytes(Self.size).text
        #expect(Masking.masked(text).utf8.count <= text.utf8.count)
    }

    @Test(arguments: HostileInput.kinds)
    func `JSON takes no more than the size of its text`(kind: HostileInput.Kind) throws {
        let bytes = kind.bytes(Self.size)
        if let value = try? JSONParser.parse(bytes) {
            var json = JSONWriter()
            json.value(value)
            #expect(json.bytes.count <= 6 * bytes.count)
        }
        let members = (try? JSONParser.members(of: bytes)) ?? []
        #expect(members.reduce(0) { $0 + $1.text.count } <= bytes.count)
        #expect(JSONSyntax.isObject(bytes) == !members.isEmpty)
        var json = JSONWriter()
        json.string(bytes)
        #expect(json.bytes.count <= 6 * bytes.count + 2)
        #expect(try JSONParser.parse(json.bytes[...]).string == bytes.text)
    }

    @Test func `JSON is nested no deeper than 128 levels, whatever it is nested in`() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
            let levels = 129 / (open.hasPrefix("[{") ? 2 : 1) + 1
            let text = String(repeating: open, count: levels) + "0" + String(repeating: close, count: levels)
            #expect(throws: JSONError.self) { try JSONParser.parse(text) }
            #expect(throws: JSONError.self) { try JSONParser.members(of: Array(text.utf8)[...]) }
        }
    }

    @Test(arguments: HostileInput.kinds, [1 << 20, 509])
    func `lines and rows take no more than their limits`(kind: HostileInput.Kind, piece: Int) {
        let bytes = kind.bytes(Self.size)
        var (lines, rows) = (LineSplitter(limit: 1024), CSVDecoder(limit: 1024))
        for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: piece) {
            let part = bytes[start..<min(start + piece, bytes.endIndex)]
            lines.append(part)
            while let line = lines.next() {
                if case .text(let text) = line { #expect(text.count <= 1024) }
            }
            rows.append(part)
            while rows.next() != nil {}
        }
        _ = lines.finish()
        while rows.next(isAtEnd: true) != nil {}
        #expect(lines.number <= bytes.count)
        #expect(rows.line <= bytes.count + 1)
    }

    @Test(arguments: [1, 61, 1024], ["\"", "x", "\"\n", "a,", "\"\"", "\"x\n", "\",x,\"\n", "\r"])
    func `rows take no more steps than a multiple of the bytes, in pieces of any size`(piece: Int, pattern: String) {
        let text = "\"" + String(repeating: pattern, count: 4096 / pattern.utf8.count)
        let bytes = Array(text.utf8)
        for limit in [256, 1 << 20] {
            var rows = CSVDecoder(limit: limit)
            for start in stride(from: 0, to: bytes.count, by: piece) {
                rows.append(bytes[start..<min(start + piece, bytes.count)])
                while rows.next() != nil {}
            }
            while rows.next(isAtEnd: true) != nil {}
            #expect(rows.steps <= 4 * (bytes.count + bytes.count / piece), "\(limit): \(rows.steps) for \(bytes.count)")
        }
    }

    @Test(arguments: HostileInput.kinds)
    func `what a terminal and a log show takes no more than six times the size`(kind: HostileInput.Kind) {
        let bytes = kind.bytes(Self.size)
        let text = bytes.text
        #expect(TerminalText.oneLine(text).utf8.count <= text.utf8.count)
        #expect(TerminalText.quoted(text).count <= 6 * text.utf8.count + 2)
        let shown = Redaction([Secret("secret"), Secret("1"), Secret("aaaaaaab")]).applied(to: text)
        #expect(shown.utf8.count <= 8 * text.utf8.count)
    }

    @Test(arguments: HostileInput.kinds)
    func `numbers and times of any length are read or refused`(kind: HostileInput.Kind) {
        let bytes = kind.bytes(Self.size)
        #expect(bytes.integer == nil)
        #expect(Timestamp(epoch: bytes) == nil)
        #expect(CivilTime(asterisk: bytes) == nil)
        _ = RecurringRule(posix: bytes)
        _ = try? TimeZoneRules(name: "", file: Array("TZif2".utf8) + bytes)
    }
}
