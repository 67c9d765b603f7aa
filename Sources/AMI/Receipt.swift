package import Basics

/// When events were read from the socket, and how late that may have been.
package struct Receipt: Sendable {
    /// The time of the read by this host's clock.
    package let at: Timestamp
    /// The same moment by a clock that is never adjusted and continues during a suspension; `nil` when unknown.
    package let instant: ContinuousClock.Instant?
    /// The longest time between their writing and `at`; `nil` when unknown.
    package let delay: Duration?
    /// Whether they were read at most `promptness` after Asterisk wrote them.
    ///
    /// False after a connect, a stall of this process or a suspension, until the socket was once read until empty.
    package let isPrompt: Bool

    /// More than the longest regular wait for the socket: 10 s until a ping, 5 s for its answer.
    package static let promptness = Duration.seconds(20)

    package init(
        at time: Timestamp,
        instant: ContinuousClock.Instant? = nil,
        delay: Duration? = nil,
        isPrompt: Bool = false
    ) {
        at = time
        self.instant = instant
        self.delay = delay
        self.isPrompt = isPrompt
    }

    /// A moment before which they were not written, so that everything written earlier is read; `nil` when unknown.
    package var writtenAfter: Timestamp? { delay.map { at.adding(.zero - $0) } }
}
