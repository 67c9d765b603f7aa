/// A period in which this process or its machine did not run: SIGSTOP, a frozen cgroup, a suspension, a starved
/// processor.
package struct Standstill: Sendable, Equatable {
    package enum Subject: String, Sendable { case process, machine }

    package let subject: Subject
    package let duration: Duration

    package init(of subject: Subject, for duration: Duration) {
        self.subject = subject
        self.duration = duration
    }
}

/// Detects a standstill by comparing clocks, checked at least once in each `interval`.
///
/// `ContinuousClock` (CLOCK_BOOTTIME) continues while the machine is suspended, `SuspendingClock` (CLOCK_MONOTONIC)
/// does not. The wall clock is not used: setting it is not a suspension.
package struct StandstillWatch: Sendable {
    /// The readings of both clocks.
    package struct Moment: Sendable {
        package let continuous: ContinuousClock.Instant
        package let suspending: SuspendingClock.Instant

        package init(continuous: ContinuousClock.Instant, suspending: SuspendingClock.Instant) {
            self.continuous = continuous
            self.suspending = suspending
        }

        package static func now() -> Moment { Moment(continuous: .now, suspending: .now) }
    }

    /// The longest time between two checks of a process that runs.
    package static let interval = Duration.milliseconds(500)
    /// A process that checks later than this stood still.
    private static let lateness = Duration.seconds(2)
    /// The least difference between the clocks that counts; they are read one after the other.
    private static let difference = Duration.seconds(1)

    private var last: Moment

    package init(at moment: Moment) { last = moment }

    /// The standstill since the last check; `nil` when there was none.
    package mutating func check(at moment: Moment) -> Standstill? {
        let whole = moment.continuous - last.continuous
        let running = moment.suspending - last.suspending
        last = moment
        if whole - running >= Self.difference { return Standstill(of: .machine, for: whole - running) }
        return running >= Self.lateness ? Standstill(of: .process, for: running) : nil
    }
}
