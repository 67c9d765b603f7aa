/// A number that calls may show, as the store has it.
package struct CallerNumber: Sendable, Equatable {
    /// The row's id; of numbers that were used equally long ago, the lowest one is chosen.
    package var id: Int64
    package var digits: Digits
    package var carrier: String
    package var areaCode: Digits
    /// The uses allowed in a clock hour: `nil` or 0 for the default, -1 for no limit.
    package var hourlyLimit: Int32?
    /// The uses allowed in a calendar day: `nil` or 0 for the default, -1 for no limit.
    package var dailyLimit: Int32?
    /// The campaign that alone may use it; empty for all campaigns.
    package var pool: String
    /// The trunks that may show it; a number with places takes no part in rotation.
    package var places: [TrunkPlace]
    package var isActive: Bool

    package init(
        id: Int64,
        digits: Digits,
        carrier: String = "",
        areaCode: Digits = .none,
        hourlyLimit: Int32? = nil,
        dailyLimit: Int32? = nil,
        pool: String = "",
        places: [TrunkPlace] = [],
        isActive: Bool = true
    ) {
        self.id = id
        self.digits = digits
        self.carrier = carrier
        self.areaCode = areaCode
        self.hourlyLimit = hourlyLimit
        self.dailyLimit = dailyLimit
        self.pool = pool
        self.places = places
        self.isActive = isActive
    }
}

/// A place where a number may be shown: a trunk, and there a route and a type of calls.
package struct TrunkPlace: Sendable, Hashable {
    package var trunk: String
    /// Empty for any.
    package var route: String
    /// `auto`, `manual`, or empty for any.
    package var callType: String
    /// Whether the trunk shows this number when no other one is free.
    package var isDefault: Bool

    package init(trunk: String, route: String = "", callType: String = "", isDefault: Bool = false) {
        self.trunk = trunk
        self.route = route
        self.callType = callType
        self.isDefault = isDefault
    }
}
