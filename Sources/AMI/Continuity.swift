package import Basics

/// Up to when a session has missed nothing, and why what came after is missing once it has ended.
package struct Continuity: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// All that Asterisk wrote up to here was read: by this host's clock, at the last bytes heard.
    package private(set) var completeUntil: Timestamp
    /// The same moment by a clock that nobody sets.
    private var complete: Instant
    private var stoodStillUntil: Instant?
    /// When more was read in one turn, and later, than a reader that keeps up ever does.
    private var backlogRead: Instant?

    /// Less than fills the socket of a host with Linux's defaults, of which 64 KiB are for bytes.
    ///
    /// A busy PBX writes as much in one burst, so that it is a backlog only when it waited for `patience` as well.
    package static let backlog = 32 << 10
    /// Asterisk gives a reader up when the socket was full for its `writetimeout`, which is 100 ms or more.
    package static let patience = Duration.milliseconds(100)
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

    /// So many bytes were read without a wait, `delay` after the socket last held nothing; `nil` when it never did.
    package mutating func read(_ bytes: Int, after delay: Duration?, at now: Instant) {
        if bytes >= Self.backlog, delay.map({ $0 >= Self.patience }) ?? true { backlogRead = now }
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
