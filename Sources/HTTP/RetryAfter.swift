package import Basics

/// The Retry-After header (RFC 9110, section 10.2.3): seconds, or a date.
package enum RetryAfter {
    /// The time to wait; zero for a date in the past, `nil` for any other text.
    package static func wait(_ value: String, now: Timestamp) -> Duration? {
        let text = Array(value.utf8)[...]
        if !text.isEmpty, text.allSatisfy(ASCII.isDigit) {
            // A number too large for an integer means the longest wait.
            return .seconds(text.integer ?? Int(Int32.max))
        }
        guard let date = date(text.text) else { return nil }
        return .seconds(max(0, date - now.seconds))
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` in seconds since 1970.
    private static func date(_ text: String) -> Int? {
        let parts = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), (1...31).contains(day),
            let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3]), (1970...9999).contains(year)
        else { return nil }
        let time = parts[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2]) else {
            return nil
        }
        return CivilTime(year: year, month: month + 1, day: day, hour: time[0], minute: time[1], second: time[2])
            .secondsSinceEpoch
    }
}
