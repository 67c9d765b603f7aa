package import Spool

/// The results of one scan of all folders.
package struct ScanReport: Sendable {
    /// Files that are ready to be uploaded.
    package var ready = 0
    /// Files that are already uploaded, parked or waiting.
    package var known = 0
    /// Skipped files by reason.
    package var left: [SkipReason: Int] = [:]
    /// The first files and folders that cannot be read.
    package var unreadable: [Unreadable] = []
    /// The first files that are larger than RECORDING_MAX_BYTES.
    package var tooLarge: [[UInt8]] = []
    /// Why the scan ended early.
    package var failure: SpoolError?
    /// Whether this scan moves or deletes uploaded files that still exist.
    var putsAway = false

    /// The most entries in `unreadable` and in `tooLarge`.
    static let mostUnreadable = 100

    package init() {}

    mutating func note(_ reason: SkipReason) { left[reason, default: 0] += 1 }

    mutating func note(_ reason: SkipReason, of path: [UInt8]) {
        note(reason)
        if reason == .tooLarge && tooLarge.count < Self.mostUnreadable { tooLarge.append(path) }
    }

    mutating func note(_ failure: Unreadable) {
        note(.unreadable)
        if unreadable.count < Self.mostUnreadable { unreadable.append(failure) }
    }
}
