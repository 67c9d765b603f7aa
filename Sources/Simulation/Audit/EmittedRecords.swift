import Basics

/// What a PBX generated, in its order, read from an emission log.
struct EmittedRecords {
    struct Entry {
        let number: Int
        let fingerprint: AuditFingerprint
        /// The kind and the call: what is kept in order.
        let line: Int
        let isWritten: Bool
    }

    let entries: [Entry]
    /// Where each fingerprint stands; equal records share one.
    let positions: [AuditFingerprint: [Int]]

    /// Reads the log.
    ///
    /// Blocks.
    init(_ path: String) throws {
        var entries: [Entry] = []
        try AuditLines(path).forEach { json, _ in
            let linkedID = json["linkedid"]?.string ?? ""
            let call = linkedID.isEmpty ? json["uniqueid"]?.string ?? "" : linkedID
            let kind = json["kind"]?.string ?? ""
            entries.append(
                Entry(
                    number: json["number"]?.integer ?? entries.count,
                    fingerprint: AuditFingerprint(emitted: json),
                    line: Array("\(kind) \(call)".utf8)[...].stableHash,
                    isWritten: json["fate"]?.string == "written"
                )
            )
        }
        entries.sort { $0.number < $1.number }
        var positions: [AuditFingerprint: [Int]] = [:]
        for (position, entry) in entries.enumerated() { positions[entry.fingerprint, default: []].append(position) }
        self.entries = entries
        self.positions = positions
    }

    /// From the first record that a session took whole to the last one; empty when none did.
    var extent: Range<Int> {
        guard let first = entries.firstIndex(where: \.isWritten), let last = entries.lastIndex(where: \.isWritten)
        else { return 0..<0 }
        return first..<last + 1
    }
}
