import Basics

/// The records that were received, and their keys.
struct Ledger: Sendable {
    private(set) var statistics = APIStatistics()
    private(set) var kept: [ReceivedRecord] = []

    private let keptCount: Int
    private let trackedCount: Int
    private var identifiers: Set<RecordID> = []
    private var bodies: [String: [UInt8]] = [:]

    /// - Parameters:
    ///   - keptCount: how many records are kept completely, from the first one.
    ///   - trackedCount: how many record ids, and how many keys, are remembered to recognise repeats.
    init(keptCount: Int, trackedCount: Int) {
        self.keptCount = keptCount
        self.trackedCount = trackedCount
    }

    /// Counts a request of records.
    mutating func count(faulty: Bool) {
        statistics.requests += 1
        if faulty { statistics.faults += 1 }
    }

    mutating func countPoison() { statistics.poisoned += 1 }

    mutating func count(_ violation: Contract.Violation) {
        statistics.violations += 1
        if statistics.recentViolations.count == 20 { statistics.recentViolations.removeFirst() }
        statistics.recentViolations.append(violation.reason)
    }

    /// Accepts the records of a request; `digest` is that of its decompressed body.
    ///
    /// - Throws: a violation when the key was used with another body.
    mutating func apply(
        _ records: [ReceivedRecord],
        key: String,
        digest: [UInt8],
        size: Int
    ) throws(Contract.Violation) {
        if let known = bodies[key] {
            guard known == digest else {
                statistics.keyConflicts += 1
                throw Contract.Violation("the Idempotency-Key is known from a request with another body")
            }
        } else if bodies.count < trackedCount {
            bodies[key] = digest
        }
        statistics.applied += 1
        statistics.bytes += size
        statistics.records += records.count
        for record in records { count(record) }
        kept.append(contentsOf: records.prefix(max(0, keptCount - kept.count)))
    }

    /// Whether a record with this id was accepted.
    func contains(_ recordID: String) -> Bool { RecordID(recordID).map(identifiers.contains) ?? false }

    private mutating func count(_ record: ReceivedRecord) {
        guard let identifier = RecordID(record.recordID) else { return }
        guard !identifiers.contains(identifier) else {
            statistics.repeats += 1
            return
        }
        if identifiers.count < trackedCount { identifiers.insert(identifier) }
        switch record.kind {
        case .cdr: statistics.cdrs += 1
        case .cel: statistics.cels += 1
        }
    }
}
