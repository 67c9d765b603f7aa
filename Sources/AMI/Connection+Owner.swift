import Basics

extension Connection {
    /// What the connection tells its owner, on its thread.
    protocol Owner: Sendable {
        func connected(greeting: String)
        /// The classes of events that a login asks for.
        var eventMask: String { get }
        /// Who wants events at present.
        var subscriptions: [Subscription] { get }
        func received(_ batch: EventBatch, for ring: EventRing)
        /// Messages over the limits came in the place behind all that was received, since `since`.
        func skippedMessages(_ count: Int, since: Timestamp)
        /// All that Asterisk wrote up to this moment was received.
        func isComplete(until: Timestamp)
        func stoodStill(_ standstill: Standstill)
        /// The session ended, and what came after `since` is missing.
        func isMissing(since: Timestamp, _ cause: Gap.Cause)
        func replied(to id: Int, _ result: Result<AMIReply, AMIError>)
    }
}
