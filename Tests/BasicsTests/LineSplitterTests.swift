import Basics
import Testing

struct LineSplitterTests {
    /// The texts of all lines with their numbers; `!` for a line that is too long.
    private func lines(_ text: String, pieces: Int, limit: Int = 10) -> [String] {
        var splitter = LineSplitter(limit: limit)
        var lines: [String] = []
        func take(_ line: LineSplitter.Line) {
            switch line {
            case .text(let text): lines.append("\(splitter.number) \(text.text)")
            case .tooLong: lines.append("\(splitter.number) !")
            }
        }
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            splitter.append(bytes[start..<min(start + pieces, bytes.count)])
            while let line = splitter.next() { take(line) }
        }
        while let line = splitter.finish() { take(line) }
        return lines
    }

    @Test(arguments: 1...12)
    func `lines are the same however they come, and a long one costs only itself`(pieces: Int) {
        #expect(lines("", pieces: pieces) == [])
        #expect(lines("a\n\nbc", pieces: pieces) == ["1 a", "2 ", "3 bc"])
        #expect(lines("0123456789\n01234567890\nx\n", pieces: pieces) == ["1 0123456789", "2 !", "3 x"])
        #expect(lines("x\n0123456789012345678901234567890123", pieces: pieces) == ["1 x", "2 !"])
    }
}
