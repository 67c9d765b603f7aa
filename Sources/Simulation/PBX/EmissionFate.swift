/// What happened to a record that the PBX generated; the best result of all sessions counts.
package enum EmissionFate: UInt8, Sendable, Comparable, CaseIterable {
    /// No session was entitled to it.
    case absent
    /// A session was entitled to it, but ended before its first byte was sent, or was never sent anything.
    case unsent
    /// A session ended after some of its bytes and before the last.
    case cut
    /// `send()` accepted all its bytes.
    case written

    /// The name in the emission log.
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
