package import Basics

/// When events were read from the socket, and how late that may have been.
package struct Receipt: Sendable {
    /// By this host's clock.
    package let at: Timestamp
    /// The same moment by a clock that nobody sets and that goes on in a suspension; `nil` when unknown.
    package let instant: ContinuousClock.Instant?
    /// Whether they were read at most `promptness` after Asterisk wrote them.
    ///
    /// False after a connect, a stall of this process or a suspension, until the socket was read empty once.
    package let isPrompt: Bool

    /// Above the longest regular wait for the socket: 10 s until a ping, 5 s for its answer.
    package static let promptness = Duration.seconds(20)

    package init(at time: Timestamp, instant: ContinuousClock.Instant? = nil, isPrompt: Bool = false) {
        at = time
        self.instant = instant
        self.isPrompt = isPrompt
    }
}
