/// What is asked first when the direction of a call is decided.
package enum DirectionPriority: String, Sendable, CaseIterable {
    /// The context that the call came from, when it is known and in exactly one of the lists internal and external.
    case origin
    /// The rules in their order, of which the third asks for the context that the call ended in.
    case dcontext
}
