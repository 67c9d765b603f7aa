package import Basics

/// What a certain time of the PBX says against the zone that was named.
package struct ZoneContradiction: Sendable, Equatable {
    /// The value of PBX_TZ.
    package let zone: String
    /// The zone's offset at the time, in seconds.
    package let zoneOffset: Int
    /// That of the PBX.
    package let offset: Int
    package let at: Timestamp
}
