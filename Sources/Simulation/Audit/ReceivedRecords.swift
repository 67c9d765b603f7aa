import Basics

/// The records that an API accepted, read from its log: each record once, and the errors in its repeats.
struct ReceivedRecords {
    /// The keys and fingerprints in the order of their first arrival.
    private(set) var arrivals: [(id: String, fingerprint: AuditFingerprint)] = []
    private(set) var fingerprints: [String: AuditFingerprint] = [:]
    /// Records received again with the same `record_id`.
    private(set) var repeated = 0
    /// Repeated records with other bytes.
    private(set) var altered = 0
    /// Repeated records under another Idempotency-Key.
    private(set) var rekeyed = 0

    /// Reads the log.
    ///
    /// Blocks.
    init(_ path: String) throws {
        var bodies: [String: AuditFingerprint] = [:]
        var keys: [String: String] = [:]
        var result = ReceivedRecords()
        try AuditLines(path).forEach { json, line in
            guard let record = json["record"], let kind = json["kind"]?.string else { return }
            let id = record["record_id"]?.string ?? ""
            let body = AuditFingerprint(of: Array(Self.body(in: line)))
            if let known = bodies[id] {
                result.repeated += 1
                if known != body { result.altered += 1 }
                if keys[id] != json["key"]?.string { result.rekeyed += 1 }
                return
            }
            let fingerprint = AuditFingerprint(received: record, kind: kind)
            bodies[id] = body
            keys[id] = json["key"]?.string
            result.fingerprints[id] = fingerprint
            result.arrivals.append((id, fingerprint))
        }
        self = result
    }

    private init() {}

    /// The bytes of the record, which is the last member of its line.
    private static func body(in line: Bytes) -> Bytes {
        let name = Array(#","record":"#.utf8)
        var start = line.startIndex
        while start + name.count < line.endIndex {
            if line[start..<start + name.count].elementsEqual(name) { return line[(start + name.count)...] }
            start += 1
        }
        return line
    }
}
