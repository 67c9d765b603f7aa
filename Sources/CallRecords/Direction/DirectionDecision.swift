/// Which way a call went, and what that was decided from.
package struct DirectionDecision: Sendable, Equatable {
    package let direction: Direction
    package let metadata: DirectionMetadata
    /// Whether the call came from outside to what is no extension: it probably left the PBX again.
    package let isLikelyForwarded: Bool
}
