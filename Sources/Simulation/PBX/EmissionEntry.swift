import Basics

/// One record in the emission log, parsed from the bytes of its frame.
struct EmissionEntry {
    private let kind: PBXFrameKind
    private let fate: EmissionFate
    private let number: Int
    private let headers: [(name: Bytes, value: Bytes)]

    private static let cdrFields: KeyValuePairs<StaticString, StaticString> = [
        "uniqueid": "UniqueID", "linkedid": "LinkedID", "sequence": "Sequence", "src": "Source", "dst": "Destination",
        "start": "StartTime", "answer": "AnswerTime", "end": "EndTime", "channel": "Channel",
        "dstchannel": "DestinationChannel", "lastapp": "LastApplication", "duration": "Duration",
        "billsec": "BillableSeconds", "disposition": "Disposition", "clid": "CallerID", "startepoch": "StartEpoch",
        "timestamp": "Timestamp",
    ]
    private static let celFields: KeyValuePairs<StaticString, StaticString> = [
        "eventname": "EventName", "uniqueid": "UniqueID", "linkedid": "LinkedID", "timestamp": "Timestamp",
        "eventtime": "EventTime", "channel": "Channel", "app": "Application", "appdata": "AppData", "peer": "Peer",
        "extra": "Extra",
    ]
    private static let numbers: [StaticString] = ["sequence", "duration", "billsec"]

    /// - Parameter number: its position among all records that the PBX generated.
    init(_ frame: Bytes, kind: PBXFrameKind, fate: EmissionFate, number: Int) {
        self.kind = kind
        self.fate = fate
        self.number = number
        headers = frame.split(separator: ASCII.newline).map { line in
            let line = line.last == ASCII.carriageReturn ? line.dropLast() : line
            let name = line.prefix { $0 != ASCII.colon }
            return (name, line.dropFirst(name.count + 2))
        }
    }

    /// The entry as one JSON object; missing headers are left out.
    var json: [UInt8] {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        json.key("number")
        json.integer(number)
        json.key("kind")
        json.string(kind == .cdr ? "cdr" : "cel")
        json.key("fate")
        json.string(fate.name)
        for (key, header) in kind == .cdr ? Self.cdrFields : Self.celFields {
            guard let value = headers.first(where: { $0.name.equals(header) })?.value else { continue }
            json.key(key)
            if let number = value.integer, Self.numbers.contains(where: { "\($0)" == "\(key)" }) {
                json.integer(number)
            } else {
                json.string(value)
            }
        }
        json.endObject()
        return json.bytes
    }
}
