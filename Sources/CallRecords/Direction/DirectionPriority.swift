/// What decides first about the direction of a call.
package enum DirectionPriority: String, Sendable, CaseIterable {
    /// The context that the call came from, when it is known and matches exactly one of the lists internal and
    /// external.
    case origin
    /// The numbered rules in their order; the third one uses the context that the call ended in.
    case dcontext
}
