package import Basics
package import Spool

/// A spool in which something has happened: records were delivered, refused and not sent yet, and gaps were declared.
package enum SpoolHistory {
    /// The time of record 0.
    package static let start = Timestamp(seconds: 1_795_224_725)

    /// A number of a caller, which is in each body.
    package static let caller = "+15145550199"

    /// The key of a record, as text.
    package static func key(_ number: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: 32 - digits.count) + digits
    }

    /// A record that the simulated API takes.
    package static func record(_ number: Int, _ kind: RecordKind = .cel) -> NewRecord {
        var json = JSONWriter()
        json.beginObject()
        json.key("record_id")
        json.string(key(number))
        json.key("uniqueid")
        json.string("1795224725.\(number)")
        json.key("eventtype")
        json.string("CHAN_START")
        json.key("call_id")
        json.string("1795224725.\(number)")
        for name in ["eventtime", "started_at", "calldate"] {
            json.key(Array(name.utf8)[...])
            json.timestamp(start)
        }
        for name in ["call_type", "direction"] {
            json.key(Array(name.utf8)[...])
            json.string("internal")
        }
        for name in ["duration", "billsec"] {
            json.key(Array(name.utf8)[...])
            json.integer(number)
        }
        json.key("src")
        json.string(caller)
        json.endObject()
        return NewRecord(
            id: bytes(of: key(number)),
            kind: kind,
            call: number << 20,
            channel: number << 20,
            receivedAt: start.adding(seconds: number),
            body: json.bytes
        )
    }

    private static func bytes(of key: String) -> [UInt8] {
        let digits = key.utf8.compactMap { ASCII.hexadecimalValue($0) }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// Makes a spool with one record delivered (number 0), then `dead` dead letters, then `waiting` records, and
    /// `gaps` gaps before the last of these.
    ///
    /// - Parameter reason: what the API said of the dead letters.
    package static func make(
        in directory: String,
        dead: Int = 3,
        waiting: Int = 2,
        gaps: Int = 2,
        reason: String = "src \(caller) is no extension"
    ) async throws -> RecordSpool {
        let spool = try RecordSpool(SpoolConfiguration(directory: directory))
        _ = try await spool.append([record(0, .cdr)])
        if let batch = try await freeze(spool, "delivered") { try await spool.acknowledge(batch) }
        _ = try await spool.append((1..<(dead + 1)).map { record($0) })
        if let batch = try await freeze(spool, "refused") {
            try await spool.moveToDeadLetters(batch, status: 422, reason: reason)
        }
        let rest = (0..<waiting).map { record(dead + 1 + $0, .cdr) }
        _ = try await spool.append(rest.dropLast(1))
        for number in 0..<gaps {
            let from = start.adding(seconds: 100 * number)
            let gap = NewGap(cause: "disconnected", from: from, to: from.adding(seconds: 5), events: number)
            try await spool.perform { try $0.declare(gap) }
        }
        _ = try await spool.append(Array(rest.suffix(1)))
        return spool
    }

    private static func freeze(_ spool: RecordSpool, _ key: String) async throws -> FrozenBatch? {
        try await spool.freeze(count: .max, bytes: .max, avoiding: [], key: key)
    }
}
