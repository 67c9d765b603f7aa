import Basics

/// The identity of a record on both sides of an audit: a digest of its distinguishing values.
struct AuditFingerprint: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// The fingerprint of an entry of the emission log.
    init(emitted entry: JSONValue) { self.init(entry, Self.emittedNames, kind: entry["kind"]?.string ?? "") }

    /// The fingerprint of a record in a request.
    init(received record: JSONValue, kind: String) { self.init(record, Self.receivedNames, kind: kind) }

    private init(_ entry: JSONValue, _ names: [String: [String]], kind: String) {
        var json = JSONWriter(capacity: 512)
        json.beginArray()
        json.string(kind)
        for name in names[kind] ?? [] { json.value(Self.canonical(entry[name])) }
        json.endArray()
        self.init(of: json.bytes)
    }

    /// The fingerprint of bytes.
    init(of bytes: [UInt8]) {
        let digest = Digest.sha256(bytes)
        high = digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = digest.dropFirst(8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The names of the values in the emission log; `receivedNames` has those in the contract.
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

    /// Makes values comparable: a missing value becomes an empty one, and an object in a string is parsed, because one
    /// side has it as text.
    private static func canonical(_ value: JSONValue?) -> JSONValue {
        guard case .string(let text)? = value else { return value ?? .string("") }
        guard text.hasPrefix("{"), let object = try? JSONParser.parse(text) else { return .string(text) }
        return object
    }
}
