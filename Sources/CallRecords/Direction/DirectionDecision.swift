/// The direction of a call and what it was decided from.
package struct DirectionDecision: Sendable, Equatable {
    package let direction: Direction
    package let metadata: DirectionMetadata
    /// Whether the call came from outside to a number that is not an extension: it probably left the PBX again.
    package let isLikelyForwarded: Bool
}
