package import Basics

/// A played call: its kind and its events in order.
package struct SimulatedCall: Sendable {
    package let kind: CallKind
    package let frames: FrameSequence
}

/// An endless sequence of calls, the same for the same seed, clock values and configuration.
///
/// A call ends at the requested moment and begins as much earlier as it lasts. So all its times agree with each other
/// and with the clock, however fast it is played.
package struct CallScenario: Sendable {
    private let dialect: PBXDialect
    private let kinds: [CallKind]
    private var random: SplitMix64
    private var numbering = PBXNumbering()
    /// No call of this run begins earlier, so that UniqueIDs are not reused after a restart.
    private var earliestStart = 0
    private var latestStart = 0

    /// - Parameter kinds: the kinds of calls; empty means all.
    package init(seed: UInt64, dialect: PBXDialect = PBXDialect(), kinds: [CallKind] = []) {
        self.dialect = dialect
        self.kinds = kinds.isEmpty ? CallKind.allCases : kinds
        random = SplitMix64(seed: seed)
    }

    /// The next call, which ends at `time`.
    package mutating func nextCall(endingAt time: Timestamp) -> SimulatedCall {
        let kind = CallKind.pick(from: kinds, using: &random)
        let rehearsal = played(kind, from: time, isRehearsal: true)
        let length = rehearsal.clock.microseconds - time.microseconds
        let start = max(time.microseconds - length, Int64(earliestStart) * 1_000_000)
        let call = played(kind, from: Timestamp(microseconds: start), isRehearsal: false)
        random = call.random
        numbering = call.numbering
        latestStart = max(latestStart, Int(start / 1_000_000))
        return SimulatedCall(kind: kind, frames: call.frames)
    }

    private func played(_ kind: CallKind, from start: Timestamp, isRehearsal: Bool) -> CallBuilder {
        var builder = CallBuilder(
            dialect: dialect,
            random: random,
            numbering: numbering,
            start: start,
            isRehearsal: isRehearsal
        )
        builder.play(kind)
        return builder
    }

    /// Simulates a restart of Asterisk: its counters start at 0 again.
    package mutating func restart() {
        numbering = PBXNumbering()
        earliestStart = latestStart + 1
    }
}
