package import Basics

/// A certain time of the PBX that contradicts the configured zone.
package struct ZoneContradiction: Sendable, Equatable {
    /// The value of PBX_TZ.
    package let zone: String
    /// The zone's offset at the time, in seconds.
    package let zoneOffset: Int
    /// The PBX's offset, in seconds.
    package let offset: Int
    /// When the offsets differed.
    package let at: Timestamp
}
