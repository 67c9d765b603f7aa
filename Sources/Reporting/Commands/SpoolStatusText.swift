package import Basics
import Daemon
import Delivery
import Spool

/// The answer to `spool status` as text for a terminal.
package struct SpoolStatusText {
    private let status: JSONValue

    package init(_ status: JSONValue) { self.status = status }

    /// The whole text.
    package var text: String { lines.map { $0 + "\n" }.joined() + "\n" + totals + "\n" + decision }

    private var lines: [String] {
        var lines = [
            line("Spool", OperatorText.string(status, "path")),
            line("Takes", accepted),
            line("Holds", "\(bytes("used_bytes")) of at most \(bytes("max_bytes")); the file has \(bytes("bytes"))"),
            line("Keys", keys),
            line("Disk", disk),
            line("Waiting", waiting),
        ]
        if let cause { lines.insert(line("Because", cause.explanation), at: 2) }
        if status["oldest"]?.string != nil {
            lines.append(line("Oldest", "received \(OperatorText.time(status["oldest"])) UTC"))
        }
        if let generation = status["generation"]?.integer, generation > 1 {
            lines.append(line("Generation", "\(generation): the database was replaced by a new one"))
        }
        if let error = status["error"]?.string {
            let words = HelpText.wrapped(ListedText.oneLine(error), to: 68)
            for (index, words) in words.enumerated() { lines.append(line(index == 0 ? "Error" : "", words)) }
        }
        return lines
    }

    private func line(_ name: String, _ text: String) -> String {
        name + String(repeating: " ", count: max(1, 12 - name.count)) + text
    }

    private var accepted: String {
        switch status["accepts"]?.string {
        case "all": "everything"
        case "cdrs_only": "CDRs only: it is nearly full"
        case "nothing": "nothing: it is full"
        default: "-"
        }
    }

    private var cause: FillCause? { status["full_of"]?.string.flatMap(FillCause.init(rawValue:)) }

    private var keys: String {
        let count = OperatorText.count(status["keys"]?.integer ?? 0, "key")
        return "\(count) of records, \(bytes("keys_bytes")) of at most \(bytes("keys_max_bytes")) beside that"
    }

    private var waiting: String {
        let count = sum("waiting")
        guard count > 0 else { return "nothing" }
        let text = OperatorText.count(count, "record")
        guard let inFlight = status["in_flight"]?.integer, inFlight > 0 else { return text }
        return "\(text), \(inFlight) of them in flight"
    }

    private var disk: String {
        guard status["disk_free_bytes"]?.integer != nil else { return "unknown" }
        return "\(bytes("disk_free_bytes")) of \(bytes("disk_bytes")) are free"
    }

    private var totals: String {
        var table = TextTable(("RECORDS", .left), ("CDR", .right), ("CEL", .right))
        for name in (status["records"]?["cdr"]?.members ?? []).map(\.name) {
            table.add(ListedText.oneLine(name), "\(figure(name, "cdr"))", "\(figure(name, "cel"))")
        }
        return table.text()
    }

    private var decision: String {
        var sentences: [String] = []
        if status["balanced"] == .boolean(true) {
            sentences.append("Every record that was received is accounted for.")
        } else {
            let others = ["delivered", "waiting", "dead", "dropped", "filtered", "refused", "lost"]
            let missing = sum("received") - others.reduce(0) { $0 + sum($1) }
            sentences.append("The counts do not balance, by \(missing): please report this with the log.")
        }
        if let gaps = status["gaps"]?.integer, gaps > 0 {
            sentences.append("\(OperatorText.count(gaps, "gap")): see 'asterisk-connector gaps'.")
        }
        if let letters = status["dead_letters"]?.integer, letters > 0 {
            let text = OperatorText.count(letters, "dead letter")
            sentences.append("\(text): see 'asterisk-connector dead-letters list'.")
        }
        if status["accepts"]?.string != "all" {
            let advice = cause?.advice ?? "free space, raise SPOOL_MAX_BYTES, or find out why the API takes nothing"
            sentences.append(HelpText.wrapped("What makes room: \(advice).", to: 78).joined(separator: "\n"))
        }
        return sentences.map { $0 + "\n" }.joined()
    }

    private func figure(_ name: String, _ kind: String) -> Int { status["records"]?[kind]?[name]?.integer ?? 0 }

    private func sum(_ name: String) -> Int { figure(name, "cdr") + figure(name, "cel") }

    private func bytes(_ name: String) -> String {
        status[name]?.integer.map(OperatorText.bytes) ?? "-"
    }
}
