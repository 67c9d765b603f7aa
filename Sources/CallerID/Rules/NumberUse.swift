import Basics

/// How much a number was used, and until when it is reserved: what must survive a restart.
package struct NumberUse: Sendable, Equatable {
    /// The last use, in microseconds since 1970; 0 for never.
    package var lastUsed: Int64 = 0
    /// The hour of `hourCount`, by its beginning in seconds since 1970.
    package var hour: Int64 = 0
    package var hourCount: Int32 = 0
    /// The day of `dayCount`, in days since 1970-01-01.
    package var day: Int32 = 0
    package var dayCount: Int32 = 0
    /// The end of the reservation, in microseconds since 1970; 0 for none.
    package var reservedUntil: Int64 = 0

    package init() {}

    func count(in window: QuotaWindow) -> (hour: Int32, day: Int32) {
        (hour == window.hour ? hourCount : 0, day == window.day ? dayCount : 0)
    }

    /// Counts a use at `now`.
    mutating func count(at now: Int64, in window: QuotaWindow) {
        let counts = count(in: window)
        // Counts of a later hour stay, so that a clock that goes back opens no quota again.
        if hour <= window.hour { (hour, hourCount) = (window.hour, Self.increased(counts.hour)) }
        if day <= window.day { (day, dayCount) = (window.day, Self.increased(counts.day)) }
        lastUsed = max(lastUsed, now)
    }

    /// Takes over the higher counts of another record of the same number.
    mutating func takeCounts(of other: NumberUse) {
        if other.hour > hour {
            (hour, hourCount) = (other.hour, other.hourCount)
        } else if other.hour == hour {
            hourCount = max(hourCount, other.hourCount)
        }
        if other.day > day {
            (day, dayCount) = (other.day, other.dayCount)
        } else if other.day == day {
            dayCount = max(dayCount, other.dayCount)
        }
    }

    /// Takes back a use that happened in the hour and the day of `window`.
    mutating func discount(usedIn used: QuotaWindow, now window: QuotaWindow) {
        if used.hour == window.hour, hour == window.hour { hourCount = max(hourCount - 1, 0) }
        if used.day == window.day, day == window.day { dayCount = max(dayCount - 1, 0) }
    }

    private static func increased(_ count: Int32) -> Int32 { count == .max ? count : count + 1 }
}

/// The reservation of a number.
package struct Reservation: Sendable, Equatable {
    package var number: Digits
    package var agent: String
    package var campaign: String
    /// The digits as dialled.
    package var destination: String
    /// What a release must name; empty for none.
    package var holder: String
    package var isRepeatable: Bool
    /// In microseconds since 1970.
    package var begin: Int64
    /// In microseconds since 1970.
    package var end: Int64

    package init(
        number: Digits,
        agent: String,
        campaign: String,
        destination: String,
        holder: String,
        isRepeatable: Bool,
        begin: Int64,
        end: Int64
    ) {
        self.number = number
        self.agent = agent
        self.campaign = campaign
        self.destination = destination
        self.holder = holder
        self.isRepeatable = isRepeatable
        self.begin = begin
        self.end = end
    }
}

/// The use of a number, with its reservation, as a store keeps it.
package struct StoredUse: Sendable, Equatable {
    package var number: Digits
    package var use: NumberUse
    package var reservation: Reservation?

    package init(number: Digits, use: NumberUse, reservation: Reservation?) {
        self.number = number
        self.use = use
        self.reservation = reservation
    }
}
