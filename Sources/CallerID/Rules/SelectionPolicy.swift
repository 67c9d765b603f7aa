package import Basics

/// The settings that a decision depends on.
package struct SelectionPolicy: Sendable {
    /// The time that a number is reserved after a decision, in seconds; 0 for no reservation.
    package var reservationSeconds = 300
    /// The requests of one agent in 60 s; 0 for no limit.
    package var requestsPerMinute = 100
    /// The uses in a clock hour of numbers that bring no limit of their own.
    package var hourlyLimit: Int32 = 100
    /// The uses in a calendar day of numbers that bring no limit of their own.
    package var dailyLimit: Int32 = 500
    /// Whether a call never gets a number of another area code.
    package var isAreaCodeStrict = false
    /// Whether a number whose reservation is oldest is given when no other one is free.
    package var sharesWhenEmpty = false
    /// The number that a trunk shows when none of its own is free; `nil` for none.
    package var defaultNumber: String?
    /// The trunk of look-ups that name none; empty for the one last synchronised.
    package var defaultTrunk = ""
    /// The route number where a number has none.
    package var defaultRoute = "0"
    /// The zone in which hours and days begin; `nil` for UTC.
    package var zone: TimeZoneRules?

    package init() {}

    /// The uses that a number's own limit and the default allow; `nil` for no limit.
    static func limit(_ own: Int32?, default standard: Int32) -> Int32? {
        switch own {
        case .none, .some(0): standard < 0 ? nil : standard
        case .some(let own): own < 0 ? nil : own
        }
    }
}
