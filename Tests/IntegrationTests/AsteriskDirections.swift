import Basics
import TestSupport

/// The table of what must be said of each CDR (Tests/Fixtures/asterisk-directions.txt), and the same of received ones.
enum AsteriskDirections {
    private static let members = [
        "src", "channel", "dst", "lastapp", "disposition", "direction", "rule", "context", "queue_name",
        "transfer_type", "answered_by", "parking_lot",
    ]
    /// Without CEL nobody knows these.
    static let toldByCEL: Set<String> = ["rule", "transfer_type", "answered_by", "parking_lot"]

    /// How the table and received CDRs differ: empty when they agree, one for one.
    ///
    /// - Parameter left: members that are not compared.
    static func differences(_ cdrs: [JSONValue], without left: Set<String> = []) throws -> [String] {
        var received = cdrs.map { row(of: $0, without: left) }
        var missing: [String] = []
        for alternatives in try expected(without: left) {
            if let index = alternatives.lazy.compactMap({ received.firstIndex(of: $0) }).first {
                received.remove(at: index)
            } else {
                missing.append("must come: \(alternatives.joined(separator: ", or "))")
            }
        }
        return missing + received.map { "came: \($0)" }
    }

    /// The table's rows, each with those that may come instead.
    private static func expected(without left: Set<String>) throws -> [[String]] {
        let table = String(decoding: try Fixture.bytes("asterisk-directions.txt"), as: UTF8.self)
        var rows: [[String]] = []
        for line in table.split(separator: "\n") where !line.hasPrefix("#") {
            let isAlternative = line.hasPrefix("or ")
            let columns = line.split(separator: " ").dropFirst(isAlternative ? 1 : 0)
            let row = zip(members, columns).filter { !left.contains($0.0) }.map { String($0.1) }.joined(separator: " ")
            if isAlternative, let last = rows.indices.last { rows[last].append(row) } else { rows.append([row]) }
        }
        return rows
    }

    /// A received CDR in the form of the table.
    static func row(of cdr: JSONValue, without left: Set<String> = []) -> String {
        members.filter { !left.contains($0) }.map { text(of: $0, in: cdr) }.joined(separator: " ")
    }

    private static func text(of member: String, in cdr: JSONValue) -> String {
        let value = cdr[member]?.string ?? cdr["direction_metadata"]?[member]?.string ?? ""
        if value.isEmpty { return "-" }
        guard member == "channel" else { return value.replacing(" ", with: "_") }
        return value.lastIndex(of: "-").map { String(value[..<$0]) } ?? value
    }
}
