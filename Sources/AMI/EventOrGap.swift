/// What a client of Asterisk delivers, in order.
package enum EventOrGap: Sendable {
    case events(EventBatch)
    case gap(Gap)
}
