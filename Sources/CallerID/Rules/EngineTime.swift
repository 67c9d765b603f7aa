import Basics

/// The clock of decisions: it never runs backwards.
///
/// Times are microseconds since 1970. A time before the latest one seen counts as that, so that no quota begins again and
/// no number looks unused.
struct EngineTime: Sendable {
    /// The latest time that anything may have: the end of the year 9999.
    static let latest: Int64 = 253_402_300_799_000_000

    private(set) var now: Int64
    private(set) var window: QuotaWindow
    private let zone: TimeZoneRules?

    init(now: Int64, zone: TimeZoneRules?) {
        self.now = min(max(now, 0), Self.latest)
        self.zone = zone
        window = QuotaWindow(at: Timestamp(microseconds: self.now).seconds64, zone: zone)
    }

    mutating func advance(to time: Int64) {
        guard time > now else { return }
        now = min(time, Self.latest)
        let seconds = Timestamp(microseconds: now).seconds64
        if !window.contains(seconds) { window = QuotaWindow(at: seconds, zone: zone) }
    }

    /// The hour and the day of another time.
    func window(at time: Int64) -> QuotaWindow {
        let seconds = Timestamp(microseconds: time).seconds64
        return window.contains(seconds) ? window : QuotaWindow(at: seconds, zone: zone)
    }
}

extension Timestamp {
    fileprivate var seconds64: Int64 { Int64(seconds) }
}
