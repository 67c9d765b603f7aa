/// How many numbers there are, and what became of them.
package struct SelectionFigures: Sendable, Equatable {
    package var total = 0
    package var active = 0
    package var free = 0
    package var reservations = 0
}

/// The numbers of one area code in rotation.
package struct AreaFigures: Sendable, Equatable {
    package let pool: String
    package let area: Digits
    package let active: Int
    package let free: Int
}

/// How much a number is used now, and who has it.
package struct NumberOccupation: Sendable, Equatable {
    /// In microseconds since 1970; 0 for never.
    package let lastUsed: Int64
    /// The uses in this clock hour.
    package let hourCount: Int
    /// The uses in this calendar day.
    package let dayCount: Int
    package let reservation: Reservation?
    /// From when it is free, in microseconds since 1970: 0 for now, `nil` while it is out of use.
    package let freeAt: Int64?
}
