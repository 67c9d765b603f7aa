package import Basics

/// Up to when a session has missed nothing, and why what came after is missing once it has ended.
package struct Continuity: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// All that Asterisk wrote up to here was read: by this host's clock, at the last bytes heard.
    package private(set) var completeUntil: Timestamp
    /// The same moment by a clock that nobody sets.
    private var complete: Instant
    private var stoodStillUntil: Instant?
    /// When more was read in one turn than a reader that keeps up ever finds.
    private var backlogRead: Instant?

    /// More bytes than come between two turns of a reader that keeps up.
    package static let backlog = 32 << 10
    /// A backlog counts so long.
    package static let recently = Duration.seconds(5)

    package init(at time: Timestamp, _ now: Instant) {
        completeUntil = time
        complete = now
    }

    /// Bytes were read.
    ///
    /// What waited here or on the way may be older than that: only a moment when nothing waited before them counts.
    package mutating func heard(_ receipt: Receipt) {
        guard let writtenAfter = receipt.writtenAfter, let delay = receipt.delay, let instant = receipt.instant,
            instant - delay > complete
        else { return }
        completeUntil = writtenAfter
        complete = instant - delay
    }

    /// So many bytes were read without a wait.
    package mutating func read(_ bytes: Int, at now: Instant) {
        if bytes >= Self.backlog { backlogRead = now }
    }

    /// This process or machine stood still.
    package mutating func stoodStill(until now: Instant) { stoodStillUntil = now }

    /// Why events are missing when the session ends.
    ///
    /// - Parameters:
    ///   - isTorn: it ended inside a message.
    ///   - isCrowded: the consumer is far behind, so that the reader goes slowly.
    package func cause(isTorn: Bool, isCrowded: Bool, at now: Instant) -> Gap.Cause {
        if let stoodStillUntil, stoodStillUntil > complete { return .suspended }
        guard isTorn else { return .disconnected }
        let wasBehind = backlogRead.map { now - $0 <= Self.recently } ?? false
        return isCrowded || wasBehind ? .slowReader : .torn
    }
}
