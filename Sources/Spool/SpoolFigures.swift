package import Basics

/// The spool in numbers: `received = delivered + waiting`, for each kind, since the spool was made.
package struct Tally: Sendable, Equatable {
    package var received: Int
    package var delivered: Int

    package var waiting: Int { received - delivered }

    package init(received: Int = 0, delivered: Int = 0) {
        self.received = received
        self.delivered = delivered
    }
}

/// How the spool is, after its last change.
package struct SpoolFigures: Sendable {
    package var tallies: [RecordKind: Tally] = [:]
    /// Records in batches that are not acknowledged.
    package var frozen = 0
    /// The size of the database file.
    package var bytes = 0
    /// When the oldest record that waits was received.
    package var oldest: Timestamp?
    /// What went wrong last; `nil` as soon as something works again.
    package var lastError: SpoolError?

    package init(
        tallies: [RecordKind: Tally] = [:],
        frozen: Int = 0,
        bytes: Int = 0,
        oldest: Timestamp? = nil,
        lastError: SpoolError? = nil
    ) {
        self.tallies = tallies
        self.frozen = frozen
        self.bytes = bytes
        self.oldest = oldest
        self.lastError = lastError
    }

    package var waiting: Int { tallies.values.reduce(0) { $0 + $1.waiting } }
}
