/// The daylight saving rule that holds after a zone file's last transition: a POSIX TZ string such as
/// `EST5EDT,M3.2.0,M11.1.0` (RFC 9636, section 3.3).
struct RecurringRule: Sendable {
    private let standardOffset: Int
    private let daylight: (offset: Int, start: Change, end: Change)?

    /// A moment of the year in local time: `Mm.w.d/time`, `Jn/time` or `n/time`.
    private struct Change {
        enum Day {
            case month(Int, week: Int, weekday: Int)
            case julian(Int)
            case dayOfYear(Int)
        }
        let day: Day
        let time: Int

        /// Seconds since 1970 as if the local time were UTC.
        func localSeconds(in year: Int) -> Int {
            let newYear = CivilTime(year: year, month: 1, day: 1).secondsSinceEpoch
            switch day {
            case .dayOfYear(let day): return newYear + day * 86400 + time
            case .julian(let day):
                let isLeap = CivilTime(year: year, month: 3, day: 1).secondsSinceEpoch - newYear == 60 * 86400
                return newYear + (day - 1 + (isLeap && day >= 60 ? 1 : 0)) * 86400 + time
            case .month(let month, let week, let weekday):
                let first = CivilTime(year: year, month: month, day: 1).secondsSinceEpoch
                let next =
                    month == 12
                    ? CivilTime(year: year + 1, month: 1, day: 1).secondsSinceEpoch
                    : CivilTime(year: year, month: month + 1, day: 1).secondsSinceEpoch
                let firstWeekday = ((first / 86400 + 4) % 7 + 7) % 7
                var day = first + ((weekday - firstWeekday + 7) % 7 + (week - 1) * 7) * 86400
                while day >= next { day -= 7 * 86400 }
                return day + time
            }
        }
    }

    init?(posix text: Bytes) {
        var scanner = Scanner(rest: text)
        guard scanner.skipName(), let standard = scanner.time() else { return nil }
        standardOffset = -standard
        guard scanner.skipName() else {
            daylight = nil
            return
        }
        let offset = scanner.rest.first == ASCII.comma ? standardOffset + 3600 : -(scanner.time() ?? 0)
        guard let start = scanner.change(), let end = scanner.change() else { return nil }
        daylight = (offset, start, end)
    }

    func offset(at instant: Int) -> Int {
        guard let daylight else { return standardOffset }
        let year = CivilTime(secondsSinceEpoch: instant + standardOffset).year
        let start = daylight.start.localSeconds(in: year) - standardOffset
        let end = daylight.end.localSeconds(in: year) - daylight.offset
        let isDaylight = start < end ? (start..<end).contains(instant) : !(end..<start).contains(instant)
        return isDaylight ? daylight.offset : standardOffset
    }

    private struct Scanner {
        var rest: Bytes

        /// Skips `EST` or `<+0330>`; false when there is no name here.
        mutating func skipName() -> Bool {
            if rest.first == UInt8(ascii: "<"), let end = rest.firstIndex(of: UInt8(ascii: ">")) {
                rest = rest[(end + 1)...]
                return true
            }
            let name = rest.prefix { ASCII.lowercased($0) >= 97 && ASCII.lowercased($0) <= 122 }
            rest = rest.dropFirst(name.count)
            return !name.isEmpty
        }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time() -> Int? {
            let isNegative = rest.first == ASCII.minus
            if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            guard var seconds = number().map({ $0 * 3600 }) else { return nil }
            for unit in [60, 1] where rest.first == ASCII.colon {
                rest = rest.dropFirst()
                guard let value = number() else { return nil }
                seconds += value * unit
            }
            return isNegative ? -seconds : seconds
        }

        /// At most three digits: no number of a rule has more.
        mutating func number() -> Int? {
            let digits = rest.prefix(while: ASCII.isDigit)
            rest = rest.dropFirst(digits.count)
            return digits.count <= 3 ? digits.integer : nil
        }

        /// `,M3.2.0/2` and the other forms; the time of day is 02:00 when absent.
        mutating func change() -> Change? {
            guard take(ASCII.comma), let day = day() else { return nil }
            guard take(UInt8(ascii: "/")) else { return Change(day: day, time: 7200) }
            return time().map { Change(day: day, time: $0) }
        }

        private mutating func day() -> Change.Day? {
            if take(UInt8(ascii: "J")) { return number().map { .julian($0) } }
            guard take(UInt8(ascii: "M")) else { return number().map { .dayOfYear($0) } }
            guard let month = number(), (1...12).contains(month), take(ASCII.dot), let week = number(), take(ASCII.dot),
                let weekday = number()
            else { return nil }
            return .month(month, week: week, weekday: weekday)
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            guard rest.first == byte else { return false }
            rest = rest.dropFirst()
            return true
        }
    }
}
