/// A request for the caller ID of one call, already cleaned.
package struct SelectionRequest: Sendable, Equatable {
    package var destination: Destination
    package var campaign: String
    package var agent: String
    /// What a release must name to end the reservation: the id of the request or of the channel; empty for none.
    package var holder: String
    /// Whether the same holder, destination and agent get the same number again, which then counts once.
    package var isRepeatable: Bool

    package init(
        destination: Destination,
        campaign: String,
        agent: String,
        holder: String = "",
        isRepeatable: Bool = false
    ) {
        self.destination = destination
        self.campaign = campaign
        self.agent = agent
        self.holder = holder
        self.isRepeatable = isRepeatable && !holder.isEmpty
    }
}

/// The answer to a request for a caller ID.
package enum Selection: Sendable, Equatable {
    case granted(Grant)
    /// The agent asked too often; the next window begins after `retryAfter` seconds.
    case rateLimited(retryAfter: Int)
    /// No number is free; the first one is after `retryAfter` seconds, at most 3600.
    case unavailable(Reason, retryAfter: Int)

    /// Why no number is free.
    package enum Reason: String, Sendable, CaseIterable {
        /// There is none for this campaign.
        case empty
        /// All are inactive.
        case inactive
        /// The first to be free is reserved.
        case reserved
        /// The first to be free has reached a limit of its hour or day.
        case quota
        /// There is none in the area code, and only such ones are allowed.
        case area
    }

    /// The longest time of `unavailable`, in seconds.
    package static let longestWait = 3600
}

/// A number that a call may show.
package struct Grant: Sendable, Equatable {
    package let number: Digits
    package let areaCode: Digits
    package let carrier: String
    /// The whole seconds that nobody else gets the number, rounded up.
    package let reservedFor: Int
    /// Where it was found; `nil` when this repeats the answer to the same request.
    package let tier: SelectionTier?

    package var isRepeat: Bool { tier == nil }

    init(_ number: CallerNumber, reservedFor: Int, tier: SelectionTier?) {
        self.number = number.digits
        areaCode = number.areaCode
        carrier = number.carrier
        self.reservedFor = reservedFor
        self.tier = tier
    }
}

/// Where a number was found, in the order of the search.
package enum SelectionTier: String, Sendable, CaseIterable {
    case poolAndArea = "pool_area"
    case pool
    case area
    case any
    case trunkRouteAndType = "trunk_route_type"
    case trunkAndRoute = "trunk_route"
    case trunk
    case trunkDefault = "trunk_default"
    case standard = "default"
}
