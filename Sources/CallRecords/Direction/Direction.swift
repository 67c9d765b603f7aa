/// The direction of a call as seen from the PBX.
package enum Direction: String, Sendable, CaseIterable {
    case inbound, outbound
    case `internal`
}
