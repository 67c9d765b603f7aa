/// A time in which this process or its machine did not run: SIGSTOP, a frozen group, a suspension, a starved processor.
package struct Standstill: Sendable, Equatable {
    package enum Subject: String, Sendable { case process, machine }

    package let subject: Subject
    package let duration: Duration

    package init(of subject: Subject, for duration: Duration) {
        self.subject = subject
        self.duration = duration
    }
}

/// Notices a standstill from looks at the clocks, at least one in each `interval`.
///
/// `ContinuousClock` (CLOCK_BOOTTIME) goes on while the machine is suspended, `SuspendingClock` (CLOCK_MONOTONIC) does
/// not. The wall clock has no part in it: one that is set is no suspension.
package struct StandstillWatch: Sendable {
    /// What both clocks say.
    package struct Moment: Sendable {
        package let continuous: ContinuousClock.Instant
        package let suspending: SuspendingClock.Instant

        package init(continuous: ContinuousClock.Instant, suspending: SuspendingClock.Instant) {
            self.continuous = continuous
            self.suspending = suspending
        }

        package static func now() -> Moment { Moment(continuous: .now, suspending: .now) }
    }

    /// The longest time between two looks of a process that runs.
    package static let interval = Duration.milliseconds(500)
    /// A process that looks so late stood still.
    private static let lateness = Duration.seconds(2)
    /// Between the clocks; they are read one after the other.
    private static let difference = Duration.seconds(1)

    private var last: Moment

    package init(at moment: Moment) { last = moment }

    /// What happened since the last look; `nil` when nothing did.
    package mutating func look(at moment: Moment) -> Standstill? {
        let whole = moment.continuous - last.continuous
        let running = moment.suspending - last.suspending
        last = moment
        if whole - running >= Self.difference { return Standstill(of: .machine, for: whole - running) }
        return running >= Self.lateness ? Standstill(of: .process, for: running) : nil
    }
}
