import Basics
import CallRecords
import Daemon
import TestSupport
import Testing

@testable import Reporting

/// What `classify` makes of a stream of bytes, without files and processes.
struct ClassifyTests {
    private struct Outcome {
        var text = ""
        var refused: [String] = []
    }

    private static func policy(_ variables: [String: String]) -> RecordPolicy {
        var loader = SettingsLoader(SettingSources(environment: variables), known: [])
        return loader.load(ReportingFeature.self).policy
    }

    private func classify(
        _ bytes: [UInt8],
        isCSV: Bool = false,
        explains: Bool = false,
        pieces: Int = 65536,
        _ variables: [String: String] = [:]
    ) throws -> Outcome {
        var judge = CallJudge(Self.policy(variables))
        var source = CallSource(isCSV: isCSV)
        var outcome = Outcome()
        func take() {
            while let line = source.next() {
                switch line {
                case .call(let call):
                    let number = source.lineNumber
                    outcome.text +=
                        (explains ? judge.explanation(call, line: number) : judge.line(call, at: .now))[...].text
                case .refused(let problem): outcome.refused.append("\(source.lineNumber): \(problem)")
                }
            }
        }
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            source.append(bytes[start..<min(start + pieces, bytes.count)])
            take()
        }
        source.end()
        take()
        return outcome
    }

    private func classify(_ text: String, _ variables: [String: String] = [:]) throws -> Outcome {
        try classify(Array(text.utf8), variables)
    }

    @Test func `calls of a file get their decisions, the same ones however the file comes`() throws {
        let calls = try Fixture.bytes("classify/calls.jsonl")
        let outcome = try classify(calls)
        #expect(outcome.refused.isEmpty)
        try expectGolden(Array(outcome.text.utf8), "classify/decisions.jsonl")
        for size in [1, 7, 100] { #expect(try classify(calls, pieces: size).text == outcome.text) }
    }

    @Test func `the explanation of these calls is fit to be read`() throws {
        let outcome = try classify(Fixture.bytes("classify/calls.jsonl"), explains: true)
        try expectGolden(Array(outcome.text.utf8), "classify/explained.txt")
    }

    @Test func `the file of a real Asterisk gets decisions, its columns by their names`() throws {
        let file = try Fixture.bytes("cdr-csv-Master.csv")
        let outcome = try classify(file, isCSV: true)
        #expect(outcome.refused.isEmpty)
        try expectGolden(Array(outcome.text.utf8), "classify/Master.jsonl")
        for size in [1, 7, 100] { #expect(try classify(file, isCSV: true, pieces: size).text == outcome.text) }
    }

    @Test func `every field is kept as it was, in its place`() throws {
        let line = #"{"n": 1.50, "src":"\u00e9 101" ,"x":{"src":"7"}, "dst" : "102", "big":12345678901234567890}"#
        let text = try classify(line + "\n").text
        #expect(text.hasPrefix(#"{"n": 1.50, "src":"\u00e9 101","x":{"src":"7"}, "dst" : "102", "#))
        #expect(text.contains(#""big":12345678901234567890,"direction":"internal","direction_metadata":{"#))
        #expect(text.hasSuffix("\"filtered_by\":null}\n"))
    }

    @Test func `a second run gives the same`() throws {
        let first = try classify(Fixture.bytes("classify/calls.jsonl")).text
        #expect(try classify(first).text == first)
    }

    @Test func `numbers may be numbers, and what is missing is empty`() throws {
        let line = #"{"src":4165551234,"dst":101,"duration":"7","context":null,"dcontext":["x"]}"#
        let text = try classify(line, ["CDR_FILTER_MIN_DURATION": "8"]).text
        #expect(text.contains(#""src_type":"long_distance","dst_type":"extension""#))
        #expect(text.contains(#""filtered_by":"min_duration""#))
        #expect(try classify("{}").text.hasPrefix(#"{"direction":"inbound","direction_metadata":{"src_type":"anony"#))
    }

    @Test func `a line that is not a call is reported with its number, and the rest goes on`() throws {
        let long = String(repeating: "x", count: (1 << 20) + 1)
        let outcome = try classify("{\"src\":\"1\"}\nnope\n\n[]\n{\"a\":\n\(long)\n{\"src\":\"2\"}")
        #expect(
            outcome.refused == [
                "2: not a JSON object: expected an object, '{' at byte 0",
                "4: not a JSON object: expected an object, '{' at byte 0",
                "5: not a JSON object: the text ends too early at byte 5", "6: longer than 1048576 bytes",
            ]
        )
        #expect(outcome.text.split(separator: "\n").count == 2)
    }

    @Test func `a row that is not a call is reported with its number, and the rest goes on`() throws {
        let rows = try Fixture.bytes("cdr-csv-Master.csv")
        let outcome = try classify(Array("a,b\n\"open,1\n".utf8) + rows, isCSV: true)
        #expect(outcome.refused.count == 2)
        #expect(outcome.refused.first == "1: has 2 columns; Master.csv of cdr_csv has 16 to 21")
        #expect(outcome.refused.last?.hasPrefix("2: not a row of values: ") == true)
        #expect(outcome.text.split(separator: "\n").count == 12)
    }

    @Test func `the file of cdr_custom is named row by row, and none of it is read`() throws {
        let file = try Fixture.bytes("cdr-custom-Master.csv")
        let outcome = try classify(file, isCSV: true)
        #expect(outcome.text.isEmpty)
        #expect(outcome.refused.count == 1 && outcome.refused[0].hasPrefix("1: has the columns of cdr_custom; "))
    }

    @Test func `a header is named, and the rows behind it are read`() throws {
        let rows = try Fixture.bytes("cdr-csv-Master.csv")
        let header = "accountcode,src,dst,dcontext,clid,channel,dstchannel,lastapp,lastdata,start,answer,end\r\n"
        let outcome = try classify(Array(header.utf8) + rows, isCSV: true)
        #expect(outcome.refused == ["1: is a header, and no call; Master.csv of cdr_csv has none"])
        #expect(outcome.text.split(separator: "\n").count == 12)
    }

    @Test func `a byte order mark is passed over, however the file comes`() throws {
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let rows = try Fixture.bytes("cdr-csv-Master.csv")
        let calls = Array(#"{"src":"201","dst":"202"}"#.utf8)
        for pieces in [1, 2, 3, 4, 100_000] {
            let outcome = try classify(mark + rows, isCSV: true, pieces: pieces)
            #expect(outcome.refused.isEmpty)
            #expect(try outcome.text == classify(rows, isCSV: true).text)
            #expect(try classify(mark + calls, pieces: pieces).text == classify(calls, pieces: pieces).text)
        }
        for cut in 1...2 {
            #expect(try classify(Array(mark.prefix(cut)), pieces: 1).refused.count == 1, "no mark and no call")
        }
    }

    @Test func `what a terminal could take for a command is not shown`() throws {
        let outcome = try classify(Array(#"{"src":"\u001b[2J\u009b1","channel":"\u0007"}"#.utf8), explains: true)
        #expect(outcome.text.utf8.allSatisfy { $0 >= 0x20 || $0 == ASCII.newline })
        #expect(outcome.text.contains("'?[2J?1'"))
    }
}
