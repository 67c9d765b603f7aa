import Basics

/// A row of the table `caller_ids`.
package struct NumberRecord: Sendable, Equatable {
    package var id: Int64 = 0
    package var number: Digits
    package var carrier = ""
    package var areaCode = Digits.none
    package var dailyLimit: Int32?
    package var hourlyLimit: Int32?
    package var isActive = true
    package var meta: String?
    /// RFC 3339, UTC.
    package var createdAt = ""
    /// RFC 3339, UTC.
    package var updatedAt = ""
    package var pool = ""
    package var trunk = ""
    package var route = ""
    package var callType = ""
    package var isDefault = false
    /// Where else the number may be shown: the rows of other databases that have it several times.
    package var otherPlaces: [TrunkPlace] = []
    /// The trunks that do not show the number until a sync or a replacement names them.
    package var withdrawnTrunks: [String] = []

    package init(number: Digits) { self.number = number }

    /// The number as a decision needs it.
    var forSelection: CallerNumber {
        let shown = places.filter { !withdrawnTrunks.contains($0.trunk) }
        return CallerNumber(
            id: id,
            digits: number,
            carrier: carrier,
            areaCode: areaCode,
            hourlyLimit: hourlyLimit,
            dailyLimit: dailyLimit,
            pool: pool,
            places: shown,
            // Without a place, it would be in rotation.
            isActive: isActive && shown.isEmpty == places.isEmpty
        )
    }
}
