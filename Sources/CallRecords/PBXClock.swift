package import Basics

/// Turns Asterisk's local wall times into UTC.
///
/// Cdr and CEL events carry whole seconds of local time without a zone (cdr_manager.c, cel_manager.c). What tells the
/// offset: a mapped epoch or the Timestamp header beside the local time; the epoch inside a UniqueID, which is when the
/// channel was made; what such a comparison has shown before; the configured zone. UTC is the last resort.
package struct PBXClock: Sendable {
    private let zone: TimeZoneRules?
    /// The offset that the last certain comparison showed.
    private var learned: Int?

    /// How many times had to be taken for UTC because nothing told the offset.
    package private(set) var guesses = 0

    /// - Parameter zone: the PBX's zone if the administrator named it.
    package init(zone: TimeZoneRules? = nil) { self.zone = zone }

    /// Time zones are whole quarters of an hour away from UTC.
    private static let quarter = 900
    private static let offsets = (-12 * 3600)...(14 * 3600)

    /// A channel's first CDR and its CHAN_START begin with the channel, but for the time Asterisk takes.
    private static let promptness = -2...5

    /// The offset at `local`, told by a UTC time of the same thing.
    package mutating func offset(atLocal local: Int, same instant: Timestamp) -> Int? {
        let difference = local - instant.seconds
        let rounded = Self.floor(difference + Self.quarter / 2)
        guard Self.offsets.contains(rounded) else { return nil }
        learned = rounded
        return rounded
    }

    /// The offset at `local`, told by when the channel was made: before `local`, and nearly always just before.
    ///
    /// A later CDR of a long call begins any time after its channel: then the offset seen before counts, if it is
    /// possible, then the configured zone, and last the comparison itself.
    package mutating func offset(atLocal local: Int, channelMade epoch: Int?) -> Int {
        guard let epoch, case let candidate = Self.floor(local - epoch - Self.promptness.lowerBound),
            Self.offsets.contains(candidate)
        else { return offset(atLocal: local) }
        if Self.promptness.contains(local - epoch - candidate) {
            learned = candidate
            return candidate
        }
        if let learned, learned <= candidate { return learned }
        return zone?.offset(atLocal: local) ?? candidate
    }

    /// The offset at `local` when nothing in the event tells it.
    package mutating func offset(atLocal local: Int) -> Int {
        if let offset = zone?.offset(atLocal: local) ?? learned { return offset }
        guesses += 1
        return 0
    }

    /// The offset at the other end of a span of time whose true length is known: it differs when the clocks were changed
    /// in between.
    package static func offset(
        atLocal local: Int,
        knowing offset: Int,
        atLocal reference: Int,
        secondsBetween duration: Int?
    ) -> Int {
        guard let duration else { return offset }
        let change = floor(local - reference - duration + quarter / 2)
        return offsets.contains(offset + change) ? offset + change : offset
    }

    private static func floor(_ seconds: Int) -> Int { seconds - ((seconds % quarter) + quarter) % quarter }

    /// The epoch inside `1795224725.2` or `pbx-1795224725.2`; `nil` for a UniqueID that somebody chose.
    package static func epoch(inUniqueID uniqueID: Bytes) -> Int? {
        guard let dot = uniqueID.lastIndex(of: ASCII.dot) else { return nil }
        let before = uniqueID[..<dot]
        let start = before.lastIndex(of: ASCII.minus).map { $0 + 1 } ?? before.startIndex
        let digits = before[start...]
        guard digits.count == 10, let epoch = digits.integer, uniqueID[(dot + 1)...].integer != nil else { return nil }
        return epoch
    }
}
