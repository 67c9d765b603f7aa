package import Basics

/// The state of the spool after its last change.
package struct SpoolFigures: Sendable {
    package var counts: [RecordKind: RecordCounts] = [:]
    /// The number of records in batches that are not acknowledged.
    package var frozen = 0
    /// The size of the database file in bytes.
    package var bytes = 0
    /// The bytes of it that count against `maxBytes`: without the keys of delivered records and the reserve.
    package var usedBytes = 0
    /// The number of stored keys, by which a record that is read twice is sent once.
    package var keys = 0
    /// The bytes that the keys take in the file, in addition to `maxBytes`.
    package var keyBytes = 0
    /// The limit of `keyBytes`.
    package var maxKeyBytes = 0
    /// The number of keys deleted early, for lack of room, since the spool was created.
    package var forgottenKeys = 0
    /// The limit in bytes: see `Admission`.
    package var maxBytes = 0
    /// The file system; `nil` when it is unavailable.
    package var disk: DiskSpace?
    /// Which records are accepted.
    package var level = Admission.Level.all
    /// What takes up the space; `nil` while the spool accepts everything.
    package var fillCause: FillCause?
    /// The number of the database, from 1; it rises each time a new one replaces the old.
    package var generation = 1
    package var deadLetters = 0
    /// The number of gaps, in which records could have been missed, by cause.
    package var gapsByCause: [String: Int] = [:]
    /// The last few gaps, the oldest first.
    package var latestGaps: [RecordedGap] = []
    /// When the oldest waiting record was received.
    package var oldest: Timestamp?
    package var recordings = RecordingCounts()
    /// Since when the first seen of the waiting recordings has waited; `nil` when none waits.
    package var oldestRecording: Timestamp?
    /// The number of CDRs of which a note is kept for the recordings of their calls.
    package var rememberedCDRs = 0
    /// The last error; `nil` as soon as a call succeeds again.
    package var lastError: SpoolError?

    package init() {}

    /// The most gaps in `latestGaps`.
    static let latestGapsCount = 5

    package var gaps: Int { gapsByCause.values.reduce(0, +) }

    package var waiting: Int { counts.values.reduce(0) { $0 + $1.waiting } }

    package var isBalanced: Bool { counts.values.allSatisfy(\.isBalanced) && recordings.isBalanced }
}
