import Basics
import TestSupport
import Testing

@testable import CallerID

struct NumberCSVTests {
    private func decode(_ text: String) throws -> NumberImport { try NumberCSV.decode(Array(text.utf8)[...]) }

    /// Each record as a line, with `-` for what it has not.
    private func lines(_ text: String) throws -> [String] {
        try decode(text).records.map { record in
            let limits = [record.hourlyLimit, record.dailyLimit].map { $0.map { "\($0)" } ?? "-" }
            let texts = [record.carrier, record.pool, record.trunk, record.route, record.callType]
            return "\(record.number) \(record.areaCode.isEmpty ? "-" : "\(record.areaCode)") "
                + (limits + texts.map { $0.isEmpty ? "-" : $0 }).joined(separator: " ")
                + (record.isActive ? "" : " off") + (record.isDefault ? " default" : "")
        }
    }

    @Test func `a file is read with its columns in any order`() throws {
        #expect(
            try lines("caller_id,carrier,area_code,hourly_limit,daily_limit\n2125551234,AT&T,212,100,500\n")
                == ["2125551234 212 100 500 AT&T - - - -"]
        )
        let all = "is_active,Pool,trunk, route_number ,call_type,is_default,DAILY_LIMIT,hourly_limit,caller_id\n"
        #expect(
            try lines(all + "0,sales,sip-1.a_B,9,Auto,1,-1,0,(310) 555-1234\nTRUE,,,,,,,,3105551235")
                == ["3105551234 310 0 -1 - sales sip-1.a_B 9 auto off default", "3105551235 310 - - - - - - -"]
        )
        #expect(try lines("caller_id\n2125551234\n") == ["2125551234 212 - - - - - - -"])
    }

    @Test(arguments: [",", ";", "\t"], [("\n", ""), ("\r\n", ""), ("\n", "\u{feff}"), ("\r\n", "\u{feff}")])
    func `separators, line ends and a byte order mark are found`(
        separator: String,
        lines: (end: String, mark: String)
    ) throws {
        let rows = [
            "", "# comment; with, all \t and a \"quote", "caller_id|carrier|daily_limit", " ", "||",
            "2125551234|\"A, B; C\"|7", "#3105551234|x|", "\"3105551234\"|\"two \"\"quoted\"\"\"|",
        ]
        let text = lines.mark + rows.map { $0.replacing("|", with: separator) + lines.end }.joined()
        let result = try decode(text)
        #expect(result.errors == [] && result.read == 2)
        #expect(result.records.map(\.carrier) == ["A, B; C", "two \"quoted\""])
        #expect(result.records.map(\.dailyLimit) == [7, nil])
    }

    @Test(arguments: [
        ("2125551234", "2125551234 212"), ("1 (212) 555-1234", "2125551234 212"), ("+1.212.555.1234", "2125551234 212"),
        ("22125551234", "22125551234 "), ("+44 20 7946 0000", "442079460000 "), ("123456789012345", "123456789012345 "),
        ("\t212 555 1234 ", "2125551234 212"), ("0125551234", "0125551234 012"),
        ("1234567890123456", "more than 15 digits"), ("21255", "fewer than 10 digits"), ("", "fewer than 10 digits"),
        ("2125551234x", "another character than digits, blanks and ( ) - . +"),
        ("２１２５５５１２３４", "another character than digits, blanks and ( ) - . +"),
    ])
    func `a number is cleaned or refused`(text: String, expected: String) {
        do throws(WrittenNumberError) {
            let number = try Digits(written: Array(text.utf8)[...])
            #expect("\(number) \(number.ownAreaCode)" == expected)
        } catch {
            #expect("\(error)" == expected)
        }
    }

    /// A value of each column that is wrong, and rows that are.
    @Test func `bad rows are left out with a reason`() throws {
        let header = "caller_id,carrier,area_code,hourly_limit,daily_limit,pool,trunk,route_number,call_type,is_active"
        let long = String(repeating: "é", count: 51)
        let file = """
            \(header)
            2125551234,AT&T,212,100,500,,,,,1
            21255,AT&T,212,100,500,,,,,1
            ,AT&T,212,100,500,,,,,1
            "212\u{1b}[2J
            5551234",,,,,,,,,
            \(String(repeating: "7", count: 70)),,,,,,,,,
            +1 212 555 1234,,,,,,,,,
            2125550001,"bell\u{7}",,,,,,,,
            2125550001,\(long),,,,,,,,
            2125550001,,2a,,,,,,,
            2125550001,,,-2,,,,,,
            2125550001,,,,1e3,,,,,
            2125550001,,,,2147483648,,,,,
            2125550001,,,,,,two words,,,
            2125550001,,,,,,\(String(repeating: "t", count: 65)),,,
            2125550001,,,,,,,,automatic,
            2125550001,,,,,,,,,yes
            2125550001,,,,,,,,
            2125550001,,,,,,,,,,x
            2125550001,,,,,,,,,,
            2125550001,,,,,,,,,
            2125550002,"a"b,,,,,,,,
            2125550003,"never closed,,,,,,,,
            2125550004,,,,,,,,,
            """
        let result = try decode(file)
        #expect(result.records.map(\.number.description) == ["2125551234", "2125550001", "2125550004"])
        #expect(result.rejected == result.errors.count && result.read == 3 + result.rejected)
        let text = result.errors.map { "\($0)\n" }.joined()
        try expectGolden(Array(text.utf8), "callerid/import-errors.txt")
        #expect(result.errors[0].value == "21255" && result.errors[0].detail == "fewer than 10 digits")
        #expect(result.errors.contains { $0.detail == "hourly_limit: not a whole number from -1 to 2147483647" })
    }

    @Test func `text that is not UTF-8 is refused`() throws {
        let bytes = Array("caller_id,carrier\n2125551234,".utf8) + [0xff, ASCII.newline]
        #expect(
            try NumberCSV.decode(bytes[...]).errors.map(\.description) == ["line 2: carrier \"\u{fffd}\": not UTF-8"]
        )
    }

    @Test func `all errors are counted, the first thousand listed`() throws {
        let result = try decode("caller_id\n" + String(repeating: "x\n", count: 2500) + "2125551234\n")
        #expect(result.rejected == 2500 && result.errors.count == 1000 && result.records.count == 1)
        #expect(result.errors.last?.line == 1001)
    }

    @Test(arguments: [
        ("", "the file has no header line"), ("\n# x\n \n", "the file has no header line"),
        ("2125551234,AT&T\n", "line 1: the header has no column caller_id"),
        ("\n#\ncaller_id,Caller_ID\n", "line 3: the header has caller_id twice"),
        ("caller_id,\"x", "line 1: the last quote is not closed"),
        ("\u{fffe}c\0a\0", "line 1: the header has no column caller_id"),
    ])
    func `a file without a usable header is refused`(text: String, expected: String) {
        do throws(NumberCSVError) {
            _ = try NumberCSV.decode(Array(text.utf8)[...])
            Issue.record("accepted")
        } catch {
            #expect("\(error)" == expected)
        }
    }

    @Test func `unknown columns are ignored and named`() throws {
        let result = try decode("id,caller_id,hourly_limt,\n7,2125551234,3,\n")
        #expect(result.ignoredColumns == ["id", "hourly_limt"] && result.records.count == 1)
    }

    /// The last row may be shorter than it was: nothing tells that it was cut inside its last value.
    @Test func `each cut of a file gives the first of its rows`() throws {
        let file = SampleCSV.bytes(count: 12)
        let whole = try NumberCSV.decode(file[...])
        #expect(whole.records.count == 12)
        for end in file.indices {
            guard let part = try? NumberCSV.decode(file[..<end]) else {
                #expect(end < 20)
                continue
            }
            #expect(whole.records.starts(with: part.records.dropLast()))
            #expect(part.records.count <= file[..<end].count { $0 == ASCII.newline } && part.rejected <= 1)
        }
    }
}

/// What is written can be read; samples; growth.
@Suite(.timeLimit(.minutes(10)))
struct NumberCSVRoundTripTests {
    private static func record(_ random: inout SplitMix64, _ place: Int) -> NumberRecord {
        func text(_ random: inout SplitMix64) -> String {
            let pieces = ["", "=1+1", "'", "\"", ",", ";", "#", "@x", "-5", "+", "é", "a b", "\u{1F4DE}", "0"]
            let text = (0..<random.pick(0...3)).map { _ in pieces[random.pick(0...pieces.count - 1)] }.joined()
            return NumberCSV.trimmed(Array(text.utf8)[...]).text
        }
        var record = NumberRecord(number: Digits("\(2_000_000_000 + place * 7)") ?? .none)
        record.areaCode = random.happens(onceIn: 3) ? Digits("0049") ?? .none : record.number.ownAreaCode
        record.carrier = text(&random)
        record.pool = text(&random)
        record.route = text(&random)
        record.trunk = ["", "-a", "trunk_1", "..", "x-Y.9"][random.pick(0...4)]
        record.callType = ["", "auto", "manual"][random.pick(0...2)]
        record.hourlyLimit = [nil, -1, 0, 100, .max][random.pick(0...4)]
        record.dailyLimit = [nil, -1, 0, 100, .max][random.pick(0...4)]
        record.isActive = !random.happens(onceIn: 3)
        record.isDefault = random.happens(onceIn: 5)
        return record
    }

    @Test func `an export gives the same records when it is imported`() throws {
        var random = SplitMix64(seed: 11)
        for count in [0, 1, 2, 500] {
            let records = (0..<count).map { Self.record(&random, $0) }
            let result = try NumberCSV.decode(NumberCSV.encoded(records)[...])
            #expect(result.errors == [])
            #expect(result.records == records)
        }
    }

    @Test(arguments: ["=1", "+1", "-1", "@x", "'=1", "''@", "'", "'a", "", "a=1", "''"])
    func `a text is no formula in a spreadsheet, and is read back`(text: String) {
        let written = SpreadsheetText.written(text)
        #expect(!["=", "+", "-", "@"].contains(written.prefix(1)))
        #expect(SpreadsheetText.read(Array(written.utf8)[...]).text == text)
    }

    @Test func `an export has all columns, and the default one when a number has it`() {
        var record = NumberRecord(number: Digits("2125551234") ?? .none)
        record.carrier = "=A, B"
        let header = "caller_id,carrier,area_code,hourly_limit,daily_limit,pool,trunk,route_number,call_type,is_active"
        #expect(NumberCSV.encoded([record])[...].text == "\(header)\n2125551234,\"'=A, B\",,,,,,,,1\n")
        record.isDefault = true
        #expect(NumberCSV.encoded([record])[...].text.hasPrefix("\(header),is_default\n"))
    }

    @Test func `a sample has different numbers of North America, the same for the same seed`() throws {
        let sample = SampleCSV.bytes(count: 5000, seed: 3)
        #expect(sample == SampleCSV.bytes(count: 5000, seed: 3) && sample != SampleCSV.bytes(count: 5000, seed: 4))
        #expect(sample[...].text.hasPrefix("caller_id,carrier,area_code,hourly_limit,daily_limit\n"))
        let result = try NumberCSV.decode(sample[...])
        #expect(result.records.count == 5000 && result.rejected == 0)
        for number in result.records.map(\.number.description) {
            let digits = Array(number.utf8)
            #expect(digits.count == 10 && digits[0] > UInt8(ascii: "1") && digits[3] > UInt8(ascii: "1"))
        }
        #expect(SampleCSV.bytes(count: -1)[...].text.utf8.count { $0 == ASCII.newline } == 1)
    }

    @Test(arguments: HostileInput.kinds)
    func `hostile files take no more than a multiple of their size`(kind: HostileInput.Kind) throws {
        let bytes = kind.bytes(32 << 10)
        _ = try? NumberCSV.decode(bytes)
        for header in ["caller_id,carrier,pool\n", "caller_id\n", "caller_id;trunk\n"] {
            let result = try NumberCSV.decode((Array(header.utf8) + bytes)[...])
            #expect(result.read <= bytes.count)
            #expect(result.errors.allSatisfy { $0.value.utf8.count <= 300 && $0.description.utf8.count <= 1000 })
        }
    }
}
