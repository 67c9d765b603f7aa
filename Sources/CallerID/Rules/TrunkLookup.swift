/// A request for the number that a trunk shows; it reserves nothing.
package struct TrunkLookup: Sendable, Equatable {
    /// Empty for the trunk of the settings, or else the one last synchronised.
    package var trunk: String
    package var route: String
    /// `auto` or `manual`.
    package var callType: String

    package init(trunk: String = "", route: String = "", callType: String = "manual") {
        self.trunk = trunk
        self.route = route
        self.callType = callType
    }

    /// The type of a call by the unique id of its channel: `auto` when the part before `#` is `AT`.
    package static func callType(ofUniqueID uniqueID: String) -> String {
        uniqueID.hasPrefix("AT#") || uniqueID == "AT" ? "auto" : "manual"
    }
}

/// The number that a trunk shows for a call.
package struct TrunkNumber: Sendable, Equatable {
    package let number: String
    package let trunk: String
    package let route: String
    package let areaCode: Digits
    package let carrier: String
    package let tier: SelectionTier
}
