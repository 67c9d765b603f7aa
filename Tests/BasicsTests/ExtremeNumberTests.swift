import Testing

@testable import Basics

/// Numbers from outside may have any value: none of them traps.
struct ExtremeNumberTests {
    private static let integers = [
        Int.min, .min + 1, -1 << 53, -62_167_219_201, -86_401, -1, 0, 1, 1 << 40, 253_402_300_800, .max - 1, .max,
    ]

    @Test(arguments: integers)
    func `a time of any number is written as RFC 3339`(number: Int) {
        for time in [
            Timestamp(seconds: number), Timestamp(microseconds: Int64(number)), Timestamp.now().adding(seconds: number),
            Timestamp(microseconds: Int64(number)).adding(seconds: number),
        ] {
            let text = time.description
            #expect(text.utf8.count == 20 || text.utf8.count == 27, "\(text)")
            #expect(CivilTime(asterisk: Array(text.replacing("T", with: " ").utf8.prefix(19))[...]) != nil, "\(text)")
            #expect((0..<1_000_000).contains(time.fraction))
        }
        var bytes: [UInt8] = []
        bytes.appendDecimal(number)
        bytes.append(ASCII.space)
        bytes.appendDecimal(number, width: 4)
        #expect(bytes.prefix { $0 != ASCII.space }.integer == (number == .min ? nil : number))
        #expect(bytes.count { $0 == ASCII.space } == 1)
    }

    @Test(arguments: integers)
    func `a wait of any number of seconds ends when the descriptor is ready`(number: Int) throws {
        let event = try EventFD()
        let outcome = Poll.wait(for: .write, on: event.descriptor, timeout: .seconds(number))
        #expect(outcome == .ready)
    }

    @Test(arguments: integers)
    func `a number of seconds is a date and a time of day`(number: Int) {
        let time = CivilTime(secondsSinceEpoch: number)
        #expect((1...12).contains(time.month) && (1...31).contains(time.day) && (0..<24).contains(time.hour))
        if abs(number / 2) < 1 << 55 { #expect(time.secondsSinceEpoch == number) }
    }

    @Test(arguments: [
        "EST99999999999999999999EDT", "EST9223372036854775807", "EST5EDT,M3.9223372036854775807.0,M11.1.0",
        "EST5EDT,J9223372036854775807,M11.1.0", "EST5EDT,9999999999999999,1", "EST5:9223372036854775807",
        "EST-9223372036854775807EDT,0/9223372036854775807,1", "<", "<>", "", "EST5EDT,", "EST5EDT,M", "EST5EDT,M3.",
    ])
    func `a rule of a zone file with any number is read or refused`(text: String) {
        _ = RecurringRule(posix: Array(text.utf8)[...])?.offset(at: 1_795_224_725)
    }

    @Test func `a rule with three digits in each place gives an offset in every year`() throws {
        let rule = try #require(RecurringRule(posix: Array("A999:999:999B999,M12.999.999/999,J999/999".utf8)[...]))
        for year in [0, 1970, 2026, 9999] {
            _ = rule.offset(at: CivilTime(year: year, month: 7, day: 1).secondsSinceEpoch)
        }
    }
}
