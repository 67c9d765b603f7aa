import Basics

extension Connection {
    /// What the connection reports to its owner, on its own thread.
    protocol Owner: Sendable {
        func connected(greeting: String)
        /// The classes of events that a login requests.
        var eventMask: String { get }
        /// The current subscriptions.
        var subscriptions: [Subscription] { get }
        func received(_ batch: EventBatch, for ring: EventRing)
        /// Messages over the limits were skipped after everything received so far; they arrived since `since`.
        func skippedMessages(_ count: Int, since: Timestamp)
        /// Everything that Asterisk wrote up to this moment was received.
        func isComplete(until: Timestamp)
        func stoodStill(_ standstill: Standstill)
        /// The session ended, and everything after `since` is missing.
        func isMissing(since: Timestamp, _ cause: Gap.Cause)
        func replied(to id: Int, _ result: Result<AMIReply, AMIError>)
    }
}
