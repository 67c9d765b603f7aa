import Basics
import Testing

struct CSVDecoderTests {
    /// All rows with their line numbers and `|` between values; `!` for a malformed row.
    private func rows(_ text: String, pieces: Int, _ decoder: CSVDecoder = CSVDecoder(limit: 64)) -> [String] {
        var decoder = decoder
        var rows: [String] = []
        let bytes = Array(text.utf8)
        func take(isAtEnd: Bool) {
            while let row = decoder.next(isAtEnd: isAtEnd) {
                switch row {
                case .values(let values):
                    rows.append("\(decoder.line) " + values.map { $0[...].text }.joined(separator: "|"))
                case .broken: rows.append("\(decoder.line) !")
                }
            }
        }
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            decoder.append(bytes[start..<min(start + pieces, bytes.count)])
            take(isAtEnd: false)
        }
        take(isAtEnd: true)
        return rows
    }

    @Test(arguments: 1...16)
    func `rows are the same however they come`(pieces: Int) {
        #expect(rows("", pieces: pieces) == [])
        #expect(rows("a,b\nc,\n,\n", pieces: pieces) == ["1 a|b", "2 c|", "3 |"])
        #expect(rows(#""a,b","""x"" <1>",3"#, pieces: pieces) == [#"1 a,b|"x" <1>|3"#])
        #expect(rows("\"two\nlines\",1\n\n\nnext,2", pieces: pieces) == ["1 two\nlines|1", "5 next|2"])
        #expect(rows("a,\"b\"\r\nc,d\r\n", pieces: pieces) == ["1 a|b", "2 c|d"])
        #expect(rows("a,\"\"\n", pieces: pieces) == ["1 a|"])
    }

    @Test(arguments: [1, 3, 64, 65, 66, 67, 100])
    func `a row over the limit is too long before it is anything else`(pieces: Int) {
        for (length, isTooLong) in [(61, false), (62, true), (80, true)] {
            let bytes = Array("\"\(String(repeating: "a", count: length))\"x\n".utf8)
            var decoder = CSVDecoder(limit: 64)
            var rows: [CSVDecoder.Row] = []
            for start in stride(from: 0, to: bytes.count, by: pieces) {
                decoder.append(bytes[start..<min(start + pieces, bytes.count)])
                while let row = decoder.next() { rows.append(row) }
            }
            guard case .broken(let reason) = rows.first else {
                Issue.record("\(rows)")
                continue
            }
            #expect(rows.count == 1 && reason.contains("64 bytes") == isTooLong, "\(length): \(reason)")
        }
    }

    @Test(arguments: 1...16)
    func `a missing quote costs only the line it is in`(pieces: Int) {
        #expect(rows("\"a\",\"b\n\"c\",\"d\"\ne,f\n", pieces: pieces) == ["1 !", "2 c|d", "3 e|f"])
        #expect(rows("\"a\n1,2\n3,4\n", pieces: pieces) == ["1 !", "2 1|2", "3 3|4"])
        #expect(rows("\"a\"x,1\n2,3", pieces: pieces) == ["1 !", "2 2|3"])
    }

    @Test(arguments: 1...16)
    func `a row without end is given up, and costs only its first line`(pieces: Int) {
        let lines = (0..<30).map { "line \($0)\n" }.joined()
        let result = rows("\"begin\n" + lines, pieces: pieces)
        #expect(result.first == "1 !" && result.count == 31 && result.last == "31 line 29")
        let long = String(repeating: "x", count: 200)
        #expect(rows("\(long)\na,b\n", pieces: pieces).last == "2 a|b")
    }

    @Test(arguments: 1...16)
    func `another separator, and comments of any length that open no quotes`(pieces: Int) {
        let decoder = CSVDecoder(limit: 64, separator: UInt8(ascii: ";"), comment: UInt8(ascii: "#"))
        let long = String(repeating: "x;\"", count: 50)
        let text = "#;\"\na,b;\"c;d\"\n#\(long)\n #;1\n\"#\";2\n;#3\n#end"
        #expect(rows(text, pieces: pieces, decoder) == ["2 a,b|c;d", "4  #|1", "5 #|2", "6 |#3"])
    }

    @Test func `what is written is read back`() {
        let values = ["a", "", " a ", "#a", "a,b", "say \"x\"", "two\nlines", "\r", "é;\t'"]
        var encoder = CSVEncoder()
        for count in 2...values.count {
            for value in values.prefix(count) { encoder.value(value) }
            encoder.endRow()
        }
        var decoder = CSVDecoder(limit: 1024, comment: UInt8(ascii: "#"))
        decoder.append(encoder.bytes[...])
        for count in 2...values.count {
            #expect(decoder.next() == .values(values.prefix(count).map { Array($0.utf8) }))
        }
        #expect(decoder.next(isAtEnd: true) == nil)
    }
}
