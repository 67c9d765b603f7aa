package import Basics
import Daemon

/// Answers of the admin API as text for a terminal.
package enum OperatorText {
    /// A table of dead letters.
    package static func deadLetters(_ letters: [JSONValue], total: Int) -> String {
        guard total > 0 || !letters.isEmpty else { return "No dead letters: the API has refused no record for good.\n" }
        var table = TextTable(
            ("ID", .right),
            ("KIND", .left),
            ("STATUS", .right),
            ("DIED (UTC)", .left),
            ("BYTES", .right),
            ("REASON", .left)
        )
        for letter in letters {
            table.add(
                integer(letter, "id"),
                string(letter, "kind"),
                integer(letter, "status"),
                time(letter["died_at"]),
                integer(letter, "bytes"),
                string(letter, "reason")
            )
        }
        return table.text() + "\n" + shown(letters.count, of: total, "dead letter") + """
            Each was refused by the API for good, and is sent no more. What to do:
              asterisk-connector dead-letters show ID     all of one, with the API's answer
              asterisk-connector dead-letters retry ID    once the reason is fixed
              asterisk-connector dead-letters export FILE

            """
    }

    /// One dead letter with its body.
    package static func deadLetter(_ letter: JSONValue) -> String {
        var text = """
            Dead letter  \(integer(letter, "id")) (\(string(letter, "kind").uppercased()), \
            \(integer(letter, "bytes")) bytes)
            Key          \(string(letter, "record_id"))
            Received     \(time(letter["received_at"])) UTC
            Died         \(time(letter["died_at"])) UTC
            HTTP status  \(integer(letter, "status"))

            """
        let words = HelpText.wrapped(string(letter, "reason"), to: 67)
        for (index, line) in words.enumerated() { text += (index == 0 ? "API's words  " : indentation) + line + "\n" }
        text += "\n"
        if let body = letter["body"] { text += IndentedJSON.text(body) + "\n" }
        return text
    }

    private static let indentation = String(repeating: " ", count: 13)

    /// A table of gaps, after those that are still open.
    ///
    /// - Parameter ongoing: the list of gaps that are still open.
    package static func gaps(_ gaps: [JSONValue], total: Int, ongoing: JSONValue? = nil) -> String {
        let lines = (ongoing?.elements ?? []).map { gap in
            let events = gap["events"]?.integer ?? 0
            let missing = events > 0 ? "\(count(events, "event")) missing so far" : "how many is unknown"
            return "A gap goes on: \(string(gap, "cause")) since \(time(gap["from"])) UTC,\n\(missing).\n\n"
        }
        return lines.joined() + Self.gaps(gaps, total: total)
    }

    private static func gaps(_ gaps: [JSONValue], total: Int) -> String {
        guard total > 0 || !gaps.isEmpty else { return "No gaps: nothing is known to have been missed.\n" }
        var table = TextTable(
            ("ID", .right),
            ("CAUSE", .left),
            ("FROM (UTC)", .left),
            ("TO (UTC)", .left),
            ("MISSING", .right)
        )
        for gap in gaps {
            let events = gap["events"]?.integer ?? 0
            table.add(
                integer(gap, "id"),
                string(gap, "cause"),
                time(gap["from"]),
                time(gap["to"]),
                events > 0 ? "\(events)" : "unknown"
            )
        }
        return table.text() + "\n" + shown(gaps.count, of: total, "gap", latest: true) + """
            Records of these times may be missing, and Asterisk repeats none. When each call
            counts, compare with Asterisk's own records (Master.csv, the CDR database).

            """
    }

    /// The result of a change of dead letters, and which were missing.
    package static func changed(_ changed: Int, _ missing: [Int], isDrop: Bool) -> String {
        var text =
            isDrop
            ? "\(count(changed, "dead letter")) removed.\n"
            : "\(count(changed, "dead letter")) will be sent again.\n"
        if !missing.isEmpty {
            text += "Not there: \(missing.map { "\($0)" }.joined(separator: ", "))."
            text += " 'asterisk-connector dead-letters list' shows all.\n"
        }
        return text
    }

    /// `1 gap`, `2 gaps`.
    package static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    /// How many entries a list shows of all.
    package static func shown(_ shown: Int, of total: Int, _ noun: String, latest: Bool = false) -> String {
        guard shown < total else { return "\(count(total, noun)).\n" }
        return "The \(latest ? "latest" : "first") \(shown) of \(count(total, noun)); --all shows them all.\n"
    }

    /// `2026-11-21T01:32:05.888Z` as `2026-11-21 01:32:05`.
    package static func time(_ value: JSONValue?) -> String {
        guard let text = value?.string else { return "-" }
        return String(oneLine(text).prefix(19)).replacing("T", with: " ")
    }

    /// The member `name` as text on one line; `-` when it is missing.
    package static func string(_ value: JSONValue, _ name: String) -> String { oneLine(value[name]?.string ?? "-") }

    /// The member `name` as a number; `-` when it is missing.
    package static func integer(_ value: JSONValue, _ name: String) -> String {
        value[name]?.integer.map { "\($0)" } ?? "-"
    }

    /// `5242880` as `5.0 MiB`.
    package static func bytes(_ bytes: Int) -> String {
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
        var value = bytes * 10
        var unit = 0
        while value >= 10240, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return unit == 0 ? "\(bytes) bytes" : "\(value / 10).\(value % 10) \(units[unit])"
    }

    private static func oneLine(_ text: String) -> String { ListedText.oneLine(text) }
}
