/// An element of the ordered stream that `AMIClient` delivers.
package enum EventOrGap: Sendable {
    case events(EventBatch)
    case gap(Gap)
}
