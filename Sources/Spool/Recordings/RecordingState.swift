/// The progress of a recording.
package enum RecordingState: Int, Sendable, CaseIterable {
    /// Found once; it is counted only when it is unchanged in a later scan.
    case seen = 0
    /// Waiting for its upload.
    case waiting
    /// Done: uploaded, or known from another place; kept as long as the file could be found again.
    case done
    /// Given up after too many attempts, until an operator retries it.
    case parked
}
