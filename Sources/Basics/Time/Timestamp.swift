import Glibc

/// An instant on the wall clock: whole microseconds since 1970-01-01T00:00:00Z, as data; timers never use it.
///
/// Arithmetic saturates and never traps: a value from a peer, a file or the spool may be any number.
package struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    /// - Parameter seconds: since 1970; clamped to the years 0 to 9999, which RFC 3339 can write.
    package init(seconds: Int) {
        microseconds = Int64(min(max(seconds, Self.writable.lowerBound), Self.writable.upperBound)) * 1_000_000
    }

    /// The seconds of the years 0 to 9999.
    private static let writable = -62_167_219_200...253_402_300_799

    /// The current time of the system's clock.
    package static func now() -> Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// Whole seconds since 1970, rounded down.
    package var seconds: Int { Int(microseconds / 1_000_000) - (microseconds % 1_000_000 < 0 ? 1 : 0) }

    /// Microseconds after the whole second, from 0 to 999,999.
    package var fraction: Int { Int((microseconds % 1_000_000 + 1_000_000) % 1_000_000) }

    package var secondsWithFraction: Double { Double(microseconds) / 1_000_000 }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    package func adding(seconds: Int) -> Timestamp {
        let (difference, isTooLong) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000)
        let (sum, overflows) = microseconds.addingReportingOverflow(difference)
        guard isTooLong || overflows else { return Timestamp(microseconds: sum) }
        return Timestamp(microseconds: seconds < 0 ? .min : .max)
    }

    /// Adds whole microseconds, rounded towards zero; a result out of range stays at the limit.
    package func adding(_ duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return Timestamp(microseconds: seconds < 0 ? .min : .max) }
        let (sum, overflown) = microseconds.addingReportingOverflow(whole)
        guard !overflown else { return Timestamp(microseconds: seconds < 0 ? .min : .max) }
        let (result, isOver) = sum.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return Timestamp(microseconds: isOver ? (attoseconds < 0 ? .min : .max) : result)
    }

    /// RFC 3339 in UTC with `Z`; microseconds only when there are any.
    package var description: String {
        var bytes: [UInt8] = []
        appendRFC3339(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    package func appendRFC3339(to bytes: inout [UInt8]) {
        let seconds = min(max(seconds, Self.writable.lowerBound), Self.writable.upperBound)
        CivilTime(secondsSinceEpoch: seconds).append(to: &bytes, separator: UInt8(ascii: "T"))
        if fraction > 0 {
            bytes.append(ASCII.dot)
            bytes.appendDecimal(fraction, width: 6)
        }
        bytes.append(UInt8(ascii: "Z"))
    }

    /// Reads an AMI epoch of the form `1795224725.888087`; `nil` when it is malformed, or zero (Asterisk's "never").
    package init?(epoch text: Bytes) {
        let parts = text.split(separator: ASCII.dot, maxSplits: 1, omittingEmptySubsequences: false)
        guard let seconds = parts.first?.integer, (0...Self.writable.upperBound).contains(seconds) else { return nil }
        var micros = 0
        if parts.count == 2 {
            guard (1...6).contains(parts[1].count), let value = parts[1].integer, value >= 0 else { return nil }
            micros = value
            for _ in parts[1].count..<6 { micros *= 10 }
        }
        guard seconds > 0 || micros > 0 else { return nil }
        microseconds = Int64(seconds) * 1_000_000 + Int64(micros)
    }
}
