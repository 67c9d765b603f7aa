package import Basics

/// Figures formatted for reading.
package enum PageText {
    /// `1,234,567`.
    package static func count(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// `1 record`, `2 records`.
    package static func count(_ value: Int, _ name: String) -> String {
        "\(count(value)) \(name)\(value == 1 ? "" : "s")"
    }

    /// One decimal below 100, none above: `3.4`, `1,234`.
    package static func rate(_ value: Double) -> String { value < 100 ? decimal(value) : count(Int(value.rounded())) }

    private static func decimal(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// `512 bytes`, `3.4 MiB`.
    package static func bytes(_ value: Int) -> String {
        guard value >= 1024 else { return count(value, "byte") }
        var (amount, units) = (Double(value) / 1024, ["KiB", "MiB", "GiB", "TiB"][...])
        while amount >= 1023.95, units.count > 1 {
            amount /= 1024
            units.removeFirst()
        }
        return "\(decimal(amount)) \(units.first ?? "")"
    }

    /// The two largest units: `45 s`, `3 min 5 s`, `2 h 10 min`, `12 d 3 h`.
    package static func span(seconds: Int) -> String {
        let seconds = max(0, seconds)
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3600: return pair(seconds / 60, "min", seconds % 60, "s")
        case ..<86_400: return pair(seconds / 3600, "h", seconds % 3600 / 60, "min")
        default: return pair(seconds / 86_400, "d", seconds % 86_400 / 3600, "h")
        }
    }

    private static func pair(_ large: Int, _ unit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(large) \(unit)" : "\(large) \(unit) \(small) \(smallUnit)"
    }

    /// `850 ms`, `3.4 s`; from a minute on, like `span`.
    package static func latency(_ seconds: Double) -> String {
        if seconds < 0.9995 { return "\(Int((max(0, seconds) * 1000).rounded())) ms" }
        return seconds < 59.95 ? "\(decimal(seconds)) s" : span(seconds: Int(seconds.rounded()))
    }

    /// A bound of latencies, without a superfluous decimal: `100 ms`, `2.5 s`, `5 s`, `1 h`.
    package static func bound(_ seconds: Double) -> String {
        seconds >= 1 && seconds == seconds.rounded() ? span(seconds: Int(seconds)) : latency(seconds)
    }

    /// The time of day in UTC, with the date unless it is today: `12:03:11`, `2026-11-20 12:03:11`.
    package static func time(_ time: Timestamp, now: Timestamp) -> String {
        var text: [UInt8] = []
        CivilTime(secondsSinceEpoch: time.seconds).append(to: &text, separator: ASCII.space)
        let isToday = time.seconds / 86_400 == now.seconds / 86_400
        return String(decoding: isToday ? text.dropFirst(11) : text[...], as: UTF8.self)
    }

    /// How long ago `time` was.
    package static func age(_ time: Timestamp, now: Timestamp) -> String { span(seconds: now.seconds - time.seconds) }
}
