import Basics

/// The records that a PBX generated, in order, read from an emission log.
struct EmittedRecords {
    struct Entry {
        let number: Int
        let fingerprint: AuditFingerprint
        /// A hash of the kind and the call, whose records must stay in order.
        let line: Int
        let isWritten: Bool
    }

    let entries: [Entry]
    /// The positions of each fingerprint; equal records share one.
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

    /// The range from the first record that a session received completely to the last one; empty without any.
    var extent: Range<Int> {
        guard let first = entries.firstIndex(where: \.isWritten), let last = entries.lastIndex(where: \.isWritten)
        else { return 0..<0 }
        return first..<last + 1
    }
}
