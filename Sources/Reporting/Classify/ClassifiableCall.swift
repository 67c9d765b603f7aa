import Basics
import CallRecords

/// A call to classify: the values that decide, and the whole input to pass on.
struct ClassifiableCall {
    let input: DirectionInput
    let disposition: Bytes
    let duration: Int
    let billableSeconds: Int
    /// The unchanged members of its JSON object, separated by commas.
    let members: Bytes

    /// The members that are added; they replace those of the same name in the input.
    static let added = ["direction", "direction_metadata", "filtered_by"]

    /// Parses a line with a JSON object; missing members count as empty.
    init(json line: Bytes) throws(JSONError) {
        let members = try JSONParser.members(of: line)
        func value(_ name: String) -> Bytes { members.last { $0.name == name }?.value.plain ?? [] }
        input = DirectionInput(
            channel: value("channel"),
            context: value("context"),
            destinationContext: value("dcontext"),
            source: value("src"),
            destination: value("dst"),
            lastApplication: value("lastapp"),
            lastData: value("lastdata")
        )
        disposition = value("disposition")
        duration = value("duration").integer ?? 0
        billableSeconds = value("billsec").integer ?? 0
        let kept = members.filter { !Self.added.contains($0.name) }
        self.members = Array(kept.map(\.text).joined(separator: [ASCII.comma]))[...]
    }

    /// Converts a row of Master.csv, which lacks the context that the call came from.
    init(_ row: MasterRow) {
        input = DirectionInput(
            channel: row[.channel],
            destinationContext: row[.destinationContext],
            source: row[.source],
            destination: row[.destination],
            lastApplication: row[.lastApplication],
            lastData: row[.lastData]
        )
        disposition = row[.disposition]
        duration = row[.duration].integer ?? 0
        billableSeconds = row[.billableSeconds].integer ?? 0
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        for (name, value) in row.columns {
            json.key(name)
            if Self.isCount("\(name)"), let number = value.integer { json.integer(number) } else { json.string(value) }
        }
        members = json.bytes.dropFirst()
    }

    private static func isCount(_ name: String) -> Bool { ["duration", "billsec", "sequence"].contains(name) }
}
