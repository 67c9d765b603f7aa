/// What kind of number one side of a call has.
package enum NumberType: String, Sendable, CaseIterable {
    case anonymous
    case `extension`
    case international
    case longDistance = "long_distance"
    case local
    case unknown
}
