/// A date and time of day on the proleptic Gregorian calendar, without a zone.
///
/// The conversions are Howard Hinnant's `days_from_civil` and `civil_from_days`: exact for all years, no tables.
package struct CivilTime: Equatable, Sendable {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int

    package init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    package init(secondsSinceEpoch seconds: Int) {
        let days = seconds / 86400 - (seconds % 86400 < 0 ? 1 : 0)
        let time = (seconds % 86400 + 86400) % 86400
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        hour = time / 3600
        minute = time / 60 % 60
        second = time % 60
    }

    /// Seconds since 1970-01-01 00:00:00 as if this were UTC.
    package var secondsSinceEpoch: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (era * 146_097 + dayOfEra - 719_468) * 86400 + hour * 3600 + minute * 60 + second
    }

    /// Asterisk's `YYYY-MM-DD HH:MM:SS` (cdr_manager.c, cel_manager.c); `nil` for anything else.
    package init?(asterisk text: Bytes) {
        guard text.count == 19 else { return nil }
        let start = text.startIndex
        func number(_ offset: Int, _ count: Int) -> Int? {
            var value = 0
            for index in start + offset..<start + offset + count {
                guard ASCII.isDigit(text[index]) else { return nil }
                value = value * 10 + Int(text[index] - ASCII.zero)
            }
            return value
        }
        guard text[start + 4] == ASCII.minus, text[start + 7] == ASCII.minus, text[start + 10] == ASCII.space,
            text[start + 13] == ASCII.colon, text[start + 16] == ASCII.colon,
            let year = number(0, 4), let month = number(5, 2), let day = number(8, 2),
            let hour = number(11, 2), let minute = number(14, 2), let second = number(17, 2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        self.init(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    /// Appends `YYYY-MM-DD`, the separator and `HH:MM:SS`.
    package func append(to bytes: inout [UInt8], separator: UInt8 = ASCII.space) {
        bytes.appendDecimal(year, width: 4)
        bytes.append(ASCII.minus)
        bytes.appendDecimal(month, width: 2)
        bytes.append(ASCII.minus)
        bytes.appendDecimal(day, width: 2)
        bytes.append(separator)
        bytes.appendDecimal(hour, width: 2)
        bytes.append(ASCII.colon)
        bytes.appendDecimal(minute, width: 2)
        bytes.append(ASCII.colon)
        bytes.appendDecimal(second, width: 2)
    }
}
