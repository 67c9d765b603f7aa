import Basics

/// Times in names: `20261121-013205`, `2026-11-21-01-32-05`, or `20261121013205` (Yeastar).
enum RecordingTime {
    private static let forms: [StaticString] = ["dddddddd-dddddd", "dddd-dd-dd-dd-dd-dd", "dddddddddddddd"]

    /// The first valid time that is not part of a longer number.
    static func first(in name: Bytes) -> CivilTime? {
        for start in name.indices where start == name.startIndex || !ASCII.isDigit(name[start - 1]) {
            for form in forms {
                let text = name[start...].prefix(form.utf8CodeUnitCount)
                guard has(text, form: form), text.endIndex == name.endIndex || !ASCII.isDigit(name[text.endIndex])
                else { continue }
                if let time = time(of: text.filter(ASCII.isDigit)) { return time }
            }
        }
        return nil
    }

    private static func has(_ text: Bytes, form: StaticString) -> Bool {
        text.count == form.utf8CodeUnitCount
            && text.enumerated().allSatisfy { index, byte in
                unsafe form.utf8Start[index] == ASCII.minus ? byte == ASCII.minus : ASCII.isDigit(byte)
            }
    }

    /// The time that fourteen digits represent.
    private static func time(of digits: [UInt8]) -> CivilTime? {
        func number(_ start: Int, _ count: Int) -> Int {
            digits[start..<start + count].reduce(0) { $0 * 10 + Int($1 - ASCII.zero) }
        }
        let time = CivilTime(
            year: number(0, 4),
            month: number(4, 2),
            day: number(6, 2),
            hour: number(8, 2),
            minute: number(10, 2),
            second: number(12, 2)
        )
        guard (1970...2999).contains(time.year), (1...12).contains(time.month), time.hour < 24, time.minute < 60,
            time.second < 60, CivilTime(secondsSinceEpoch: time.secondsSinceEpoch) == time
        else { return nil }
        return time
    }
}
