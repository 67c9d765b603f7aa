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

    package init(number: Digits) { self.number = number }

    /// The number as a decision needs it.
    var forSelection: CallerNumber {
        CallerNumber(
            id: id,
            digits: number,
            carrier: carrier,
            areaCode: areaCode,
            hourlyLimit: hourlyLimit,
            dailyLimit: dailyLimit,
            pool: pool,
            places: trunk.isEmpty
                ? [] : [TrunkPlace(trunk: trunk, route: route, callType: callType, isDefault: isDefault)],
            isActive: isActive
        )
    }
}
