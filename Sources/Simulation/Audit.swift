import Basics

/// The comparison of what a PBX said with what an API received, record by record.
///
/// Both sides come from files, the emission log and the log of the simulated API, so that it also judges processes that
/// were killed. A record is known by the values that both carry, not by its key: an altered record counts as lost on one
/// side and unexpected on the other.
package struct Audit: Sendable, Equatable {
    /// Records of which a session took every byte.
    package var emitted = 0
    /// Those of them that were received.
    package var delivered = 0
    /// Those of them that were not.
    package var lost = 0
    /// Records received that no session was sent whole.
    package var unexpected = 0
    /// Records received again, under the key they had before.
    package var repeated = 0

    /// Whether everything arrived, and nothing else.
    package var isClean: Bool { lost == 0 && unexpected == 0 }

    /// Reads both logs.
    ///
    /// Blocks.
    ///
    /// - Throws: `SystemError` for a file that cannot be read, `JSONError` for a line that is not JSON.
    package init(emissionLog: String, receivedLog: String) throws {
        var waiting: [[UInt8]: Int] = [:]
        for line in try Self.lines(of: emissionLog) {
            let entry = try JSONParser.parse(line)
            guard entry["fate"]?.string == "written" else { continue }
            waiting[Self.fingerprint(entry, Self.emittedNames), default: 0] += 1
            emitted += 1
        }
        var seen: Set<String> = []
        for line in try Self.lines(of: receivedLog) {
            let entry = try JSONParser.parse(line)
            guard let record = entry["record"], let kind = entry["kind"]?.string else { continue }
            guard seen.insert(record["record_id"]?.string ?? "").inserted else {
                repeated += 1
                continue
            }
            let fingerprint = Self.fingerprint(record, Self.receivedNames, kind: kind)
            if let count = waiting[fingerprint], count > 0 {
                waiting[fingerprint] = count - 1
                delivered += 1
            } else {
                unexpected += 1
            }
        }
        lost = emitted - delivered
    }

    /// The values that tell records apart, by the names of the emission log and of the contract.
    private static let emittedNames = [
        "cdr": [
            "uniqueid", "linkedid", "sequence", "src", "dst", "channel", "dstchannel", "lastapp", "duration", "billsec",
            "disposition", "clid",
        ],
        "cel": ["uniqueid", "linkedid", "eventname", "channel", "app", "appdata", "peer", "extra"],
    ]
    private static let receivedNames = [
        "cdr": emittedNames["cdr"] ?? [],
        "cel": ["uniqueid", "linkedid", "eventtype", "channame", "appname", "appdata", "peer", "extra"],
    ]

    private static func lines(of path: String) throws(SystemError) -> [Bytes] {
        try FileContents.read(path, limit: 1 << 33).split(separator: ASCII.newline)
    }

    private static func fingerprint(
        _ entry: JSONValue,
        _ names: [String: [String]],
        kind: String? = nil
    ) -> [UInt8] {
        let kind = kind ?? entry["kind"]?.string ?? ""
        var json = JSONWriter(capacity: 512)
        json.beginArray()
        json.string(kind)
        for name in names[kind] ?? [] { json.value(canonical(entry[name])) }
        json.endArray()
        return json.bytes
    }

    /// An absent value as an empty one, and an object as its text says it, since one side has it as text.
    private static func canonical(_ value: JSONValue?) -> JSONValue {
        guard case .string(let text)? = value else { return value ?? .string("") }
        guard text.hasPrefix("{"), let object = try? JSONParser.parse(text) else { return .string(text) }
        return object
    }
}
