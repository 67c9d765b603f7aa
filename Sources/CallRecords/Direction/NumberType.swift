/// The type of the number on one side of a call.
package enum NumberType: String, Sendable, CaseIterable {
    case anonymous
    case `extension`
    case international
    case longDistance = "long_distance"
    case local
    case unknown
}
