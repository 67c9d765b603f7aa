import Spool

extension StoredRecording {
    /// Whether its upload was interrupted by the end of an earlier run: it was measured, and no attempt has failed.
    var wasCutOff: Bool { !sha256.isEmpty && reason.isEmpty }
}
