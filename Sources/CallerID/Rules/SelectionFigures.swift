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
