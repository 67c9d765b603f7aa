import Basics

/// The comparison of the records that a PBX sent with those that an API received.
///
/// Both sides are read from files, the emission log and the log of the simulated API, so processes that were killed can
/// be audited too. Records are compared by the values that both sides have, not by their keys: an altered record counts
/// as lost on one side and as unexpected on the other.
///
/// Without declarations, every record that a session received completely must have arrived. With declarations, every
/// record from the first to the last of these must have arrived, or be a dead letter, or be inside a declared gap; this
/// includes records that were generated while no client was logged in.
package struct Audit: Sendable, Equatable {
    /// Records that must be accounted for.
    package var emitted = 0
    /// Records of these that were received.
    package var delivered = 0
    /// Records of these that are dead letters and were not received.
    package var dead = 0
    /// Records of these that only a gap accounts for.
    package var declared = 0
    /// Records of these that nothing accounts for.
    package var lost = 0
    /// The numbers of the first and the last lost record in the emission log.
    package var lostSpan: ClosedRange<Int>?
    /// Records received, or dead, that were not sent completely in any session.
    package var unexpected = 0
    /// Records received again with the same `record_id`.
    package var repeated = 0
    /// Repeated records whose bytes differ from the first time.
    package var altered = 0
    /// Repeated records under another Idempotency-Key: correct when a batch was split, wrong in a plain retry.
    package var rekeyed = 0
    /// Records received after a later one of the same kind and call.
    package var outOfOrder = 0
    /// Declared gaps.
    package var gaps = 0
    /// Records received although they are inside a gap: how much wider than necessary the gaps are.
    package var needless = 0
    /// Ends of gaps that refer to a record that never arrived; such a gap counts as open at that end.
    package var unknownEnds = 0
    /// The number of repeats that lost answers and kills explain.
    package var explainedRepeats = Int.max

    /// Whether all records, and no others, arrived or are accounted for.
    package var isClean: Bool {
        lost == 0 && unexpected == 0 && altered == 0 && outOfOrder == 0 && unknownEnds == 0
            && repeated <= explainedRepeats
    }

    /// Reads both logs.
    ///
    /// Blocks.
    ///
    /// - Parameters:
    ///   - refusedLog: the records that the API refused permanently, which identify dead letters.
    ///   - declarations: what the connector declares about the rest; `nil` when it declares nothing.
    ///   - explainedRepeats: the number of repeats that lost answers and kills explain.
    /// - Throws: `SystemError` for a file that cannot be read, `JSONError` for a line that is not JSON.
    package init(
        emissionLog: String,
        receivedLog: String,
        refusedLog: String? = nil,
        declarations: Declarations? = nil,
        explainedRepeats: Int = .max
    ) throws {
        let emitted = try EmittedRecords(emissionLog)
        let received = try ReceivedRecords(receivedLog)
        let refused = try refusedLog.map { try ReceivedRecords($0).fingerprints } ?? [:]
        self.explainedRepeats = explainedRepeats
        repeated = received.repeated
        altered = received.altered
        rekeyed = received.rekeyed
        let known = received.fingerprints.merging(refused) { first, _ in first }
        let covered = cover(emitted, declarations?.gaps ?? [], known)

        var arrived: [AuditFingerprint: Int] = [:]
        for (_, fingerprint) in received.arrivals { arrived[fingerprint, default: 0] += 1 }
        var buried: [AuditFingerprint: Int] = [:]
        for id in declarations?.deadLetters ?? [] where received.fingerprints[id] == nil {
            if let fingerprint = known[id] { buried[fingerprint, default: 0] += 1 } else { unexpected += 1 }
        }
        let extent = declarations == nil ? 0..<emitted.entries.count : emitted.extent
        for (fingerprint, positions) in emitted.positions {
            let required = positions.filter { position in
                extent.contains(position) && (declarations != nil || emitted.entries[position].isWritten)
            }
            let lostBefore = lost
            settle(
                required,
                written: required.count { emitted.entries[$0].isWritten },
                covered: required.count { covered[$0] },
                arrived: arrived.removeValue(forKey: fingerprint) ?? 0,
                buried: buried.removeValue(forKey: fingerprint) ?? 0
            )
            guard lost > lostBefore, let first = required.first, let last = required.last else { continue }
            let (lowest, highest) = (emitted.entries[first].number, emitted.entries[last].number)
            lostSpan = min(lostSpan?.lowerBound ?? lowest, lowest)...max(lostSpan?.upperBound ?? highest, highest)
        }
        unexpected += arrived.values.reduce(0, +) + buried.values.reduce(0, +)
        outOfOrder = Self.disorder(emitted, received)
    }

    /// Accounts for equal records; a doubt about which of them is missing counts in favour of the connector.
    private mutating func settle(_ records: [Int], written: Int, covered: Int, arrived: Int, buried: Int) {
        let found = min(arrived, written)
        let ended = min(buried, written - found)
        let missing = records.count - found - ended
        let excused = min(missing, covered)
        emitted += records.count
        delivered += found
        dead += ended
        declared += excused
        lost += missing - excused
        needless += min(found, covered - excused)
        unexpected += arrived - found + buried - ended
    }

    /// Which records are inside a gap.
    private mutating func cover(
        _ emitted: EmittedRecords,
        _ gaps: [Declarations.Gap],
        _ known: [String: AuditFingerprint]
    ) -> [Bool] {
        var covered = [Bool](repeating: false, count: emitted.entries.count)
        self.gaps = gaps.count
        for gap in gaps {
            var (start, end) = (0, covered.count)
            if let before = gap.before {
                if let position = known[before].flatMap({ emitted.positions[$0]?.first }) {
                    start = position + 1
                } else {
                    unknownEnds += 1
                }
            }
            if let after = gap.after {
                if let position = known[after].flatMap({ emitted.positions[$0]?.last }) {
                    end = position
                } else {
                    unknownEnds += 1
                }
            }
            for position in start..<max(start, end) { covered[position] = true }
        }
        return covered
    }

    /// The number of records that arrived after a later one of their call; equal records are ignored.
    private static func disorder(_ emitted: EmittedRecords, _ received: ReceivedRecords) -> Int {
        var latest: [Int: Int] = [:]
        var count = 0
        for (_, fingerprint) in received.arrivals {
            guard let positions = emitted.positions[fingerprint], positions.count == 1 else { continue }
            let line = emitted.entries[positions[0]].line
            if positions[0] < latest[line] ?? -1 { count += 1 }
            latest[line] = max(latest[line] ?? -1, positions[0])
        }
        return count
    }
}

extension Audit: CustomStringConvertible {
    /// All figures on one line, for a report.
    package var description: String {
        "\(emitted) emitted, \(delivered) delivered, \(dead) dead, \(declared) in gaps only, \(lost) lost\(lostSpan.map { " (from number \($0.lowerBound) to \($0.upperBound))" } ?? ""),"
            + " \(unexpected) unexpected, \(repeated) repeated (\(rekeyed) under new keys), \(altered) altered, \(outOfOrder) out of order,"
            + " \(gaps) gaps, \(needless) inside them delivered, \(unknownEnds) unknown ends"
    }
}
