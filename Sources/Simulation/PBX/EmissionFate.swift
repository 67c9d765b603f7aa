/// What became of a record that the PBX generated; the better of two counts when several sessions were to have it.
package enum EmissionFate: UInt8, Sendable, Comparable, CaseIterable {
    /// No session was entitled to it.
    case absent
    /// A session was entitled to it and ended before its first byte was sent, or never got anything.
    case unsent
    /// A session ended behind some of its bytes and before the last.
    case cut
    /// `send()` took all its bytes.
    case written

    package var name: String {
        switch self {
        case .absent: "absent"
        case .unsent: "unsent"
        case .cut: "cut"
        case .written: "written"
        }
    }

    package static func < (left: EmissionFate, right: EmissionFate) -> Bool { left.rawValue < right.rawValue }
}
