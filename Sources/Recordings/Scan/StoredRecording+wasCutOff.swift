import Spool

extension StoredRecording {
    /// Whether it was on its way when an earlier run ended: it was measured, and no try of it has failed.
    var wasCutOff: Bool { !sha256.isEmpty && reason.isEmpty }
}
