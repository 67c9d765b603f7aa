package import Basics

/// Tracks the time up to which a session has missed nothing, and why events after it are missing once it has ended.
package struct Continuity: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// Everything that Asterisk wrote up to this time was read: by this host's clock, at the last bytes received.
    package private(set) var completeUntil: Timestamp
    /// The same moment by a clock that is never adjusted.
    private var complete: Instant
    private var stoodStillUntil: Instant?
    /// When more was read in one turn, and later, than by a reader that keeps up.
    private var backlogRead: Instant?

    /// The fewest bytes of a backlog: less than fills the socket of a host with Linux's defaults, of which 64 KiB are
    /// for bytes.
    ///
    /// A busy PBX writes as much in one burst, so it is a backlog only when it also waited for `backlogDelay`.
    package static let backlog = 32 << 10
    /// Asterisk ends the session of a reader whose socket was full for its `writetimeout`, which is 100 ms or more.
    package static let backlogDelay = Duration.milliseconds(100)
    /// How long a backlog counts after it was read.
    package static let recently = Duration.seconds(5)

    package init(at time: Timestamp, _ now: Instant) {
        completeUntil = time
        complete = now
    }

    /// Records that bytes were read.
    ///
    /// Bytes that waited here or on the way may be older than their read: `completeUntil` moves only to a moment at
    /// which no bytes were waiting before them.
    package mutating func update(with receipt: Receipt) {
        guard let writtenAfter = receipt.writtenAfter, let delay = receipt.delay, let instant = receipt.instant,
            instant - delay > complete
        else { return }
        completeUntil = writtenAfter
        complete = instant - delay
    }

    /// Records that `bytes` were read without waiting, `delay` after the socket was last empty; `nil` when it never
    /// was.
    package mutating func read(_ bytes: Int, after delay: Duration?, at now: Instant) {
        if bytes >= Self.backlog, delay.map({ $0 >= Self.backlogDelay }) ?? true { backlogRead = now }
    }

    /// Records that this process or machine stood still until `now`.
    package mutating func stoodStill(until now: Instant) { stoodStillUntil = now }

    /// Why events are missing when the session ends.
    ///
    /// - Parameters:
    ///   - isTorn: whether it ended inside a message.
    ///   - isCrowded: whether the consumer is far behind, so that the reader slows down.
    package func cause(isTorn: Bool, isCrowded: Bool, at now: Instant) -> Gap.Cause {
        if let stoodStillUntil, stoodStillUntil > complete { return .suspended }
        guard isTorn else { return .disconnected }
        let wasBehind = backlogRead.map { now - $0 <= Self.recently } ?? false
        return isCrowded || wasBehind ? .slowReader : .torn
    }
}
