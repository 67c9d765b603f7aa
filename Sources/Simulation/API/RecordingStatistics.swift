/// What the simulated API has seen of recordings since it started.
package struct RecordingStatistics: Sendable, Equatable {
    /// Requests, whatever became of them.
    package var requests = 0
    /// Recordings taken, even when the answer was lost on purpose.
    package var applied = 0
    /// Requests that met a fault.
    package var faults = 0
    /// Requests refused because they break the contract.
    package var violations = 0
    /// Requests refused for a recording that is poison.
    package var poisoned = 0
    /// Bytes of audio taken.
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
