/// How far a recording has come.
package enum RecordingState: Int, Sendable, CaseIterable {
    /// Looked at once; it is not in the counts before it looks the same again.
    case seen = 0
    /// To be uploaded.
    case waiting
    /// Done: uploaded, or known from another place. Kept as long as the file could be found again.
    case done
    /// Given up after too many attempts, until an operator says otherwise.
    case parked
}
