package import Basics

/// How the spool is, after its last change.
package struct SpoolFigures: Sendable {
    package var counts: [RecordKind: RecordCounts] = [:]
    /// Records in batches that are not acknowledged.
    package var frozen = 0
    /// The size of the database file.
    package var bytes = 0
    /// The part of it that counts against `maxBytes`: without keys of delivered records and the reserve.
    package var usedBytes = 0
    /// Keys of records that are remembered, so that one read twice is sent once.
    package var keys = 0
    /// What they take of the file, beside `maxBytes`.
    package var keyBytes = 0
    /// How much that may become.
    package var maxKeyBytes = 0
    /// Keys that went before their time since the spool was made, for want of room.
    package var forgottenKeys = 0
    /// How large it may become: see `Admission`.
    package var maxBytes = 0
    /// The file system; `nil` when it cannot be asked.
    package var disk: DiskSpace?
    /// What is still taken in.
    package var level = Admission.Level.all
    /// What it is full of; `nil` while it takes everything.
    package var fillCause: FillCause?
    /// How often the database was replaced by a new one, from 1.
    package var generation = 1
    package var deadLetters = 0
    /// Times in which records could have been missed, by cause.
    package var gapsByCause: [String: Int] = [:]
    /// The last few of them, the oldest first.
    package var latestGaps: [RecordedGap] = []
    /// When the oldest record that waits was received.
    package var oldest: Timestamp?
    package var recordings = RecordingCounts()
    /// Since when the waiting recording that was seen first does; `nil` when none waits.
    package var oldestRecording: Timestamp?
    /// CDRs that are remembered for the recordings of their calls.
    package var rememberedCDRs = 0
    /// What went wrong last; `nil` as soon as something works again.
    package var lastError: SpoolError?

    package init() {}

    /// How many gaps `latestGaps` has.
    static let latestGapsCount = 5

    package var gaps: Int { gapsByCause.values.reduce(0, +) }

    package var waiting: Int { counts.values.reduce(0) { $0 + $1.waiting } }

    package var isBalanced: Bool { counts.values.allSatisfy(\.isBalanced) && recordings.isBalanced }
}
