import Basics

/// The name of a header, prepared for fast comparison without case.
///
/// The case of a name differs by event, not by version (`UniqueID` in Cdr, `Uniqueid` in Newchannel), so names are
/// never compared with case. A name is a constant of the program: a look-up needs no reference counting.
package struct HeaderName: Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    let text: StaticString
    let signature: UInt32

    package init(stringLiteral text: StaticString) {
        self.text = text
        let letters = Array(text.description.utf8)
        signature = Self.signature(count: letters.count, first: letters.first ?? 0, last: letters.last ?? 0)
    }

    package var description: String { "\(text)" }

    /// Length, first and last letter in one number, which differs for nearly all different names.
    @inline(__always)
    static func signature(count: Int, first: UInt8, last: UInt8) -> UInt32 {
        UInt32(truncatingIfNeeded: count) << 16 | UInt32(ASCII.lowercased(first)) << 8 | UInt32(ASCII.lowercased(last))
    }
}

extension HeaderName {
    package static let event: HeaderName = "Event"
    package static let response: HeaderName = "Response"
    package static let actionID: HeaderName = "ActionID"
    package static let message: HeaderName = "Message"
    package static let eventList: HeaderName = "EventList"
    package static let challenge: HeaderName = "Challenge"
    package static let timestamp: HeaderName = "Timestamp"
    package static let uniqueID: HeaderName = "UniqueID"
    package static let linkedID: HeaderName = "LinkedID"
}
