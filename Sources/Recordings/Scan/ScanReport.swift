package import Spool

/// What one look at all folders showed.
package struct ScanReport: Sendable {
    /// Files that nothing speaks against but, for some, that they have to look the same twice.
    package var ready = 0
    /// Files that are uploaded, parked or waiting already.
    package var known = 0
    package var left: [SkipReason: Int] = [:]
    /// The first files and folders that cannot be read.
    package var unreadable: [Unreadable] = []
    /// The first files that are larger than RECORDING_MAX_BYTES.
    package var tooLarge: [[UInt8]] = []
    /// Why the look ended early.
    package var failure: SpoolError?
    /// Whether this look puts away what is uploaded and still there.
    var putsAway = false

    /// How many of `unreadable` and `tooLarge` are kept.
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
