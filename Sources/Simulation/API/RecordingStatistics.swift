/// The counts of recordings in the simulated API since it started.
package struct RecordingStatistics: Sendable, Equatable {
    /// Requests, whatever their outcome.
    package var requests = 0
    /// Recordings accepted, even when the answer was lost on purpose.
    package var applied = 0
    /// Requests that met a fault.
    package var faults = 0
    /// Requests refused because they violate the contract.
    package var violations = 0
    /// Requests refused for a poison recording.
    package var poisoned = 0
    /// Bytes of audio accepted.
    package var bytes = 0
    /// The reasons of the last violations, at most 20.
    package var recentViolations: [String] = []

    package init() {}

    mutating func note(violation: String) {
        violations += 1
        if recentViolations.count == 20 { recentViolations.removeFirst() }
        recentViolations.append(violation)
    }
}
