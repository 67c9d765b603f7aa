import Basics
import Daemon
package import Delivery
package import Spool

/// Answers of the admin API about recordings as text for a terminal.
package enum RecordingsText {
    /// A table of recordings and the totals.
    package static func list(_ list: AdminList, _ states: [RecordingState]) -> String {
        let totals = list.totals.map(Self.totals) ?? ""
        guard list.total > 0 || !list.entries.isEmpty else {
            return "No recording is \(states.map(\.label).joined(separator: " or ")).\n" + totals
        }
        var table = TextTable(
            ("ID", .right),
            ("STATE", .left),
            ("SINCE (UTC)", .left),
            ("FAILED", .right),
            ("SIZE", .right)
        )
        for entry in list.entries {
            let reason = entry["reason"]?.string.map { HelpText.wrapped(ListedText.oneLine($0), to: width) }
            table.add(
                OperatorText.integer(entry, "id"),
                OperatorText.string(entry, "state"),
                OperatorText.time(entry["since"]),
                OperatorText.integer(entry, "attempts"),
                entry["size"]?.integer.map(OperatorText.bytes) ?? "-",
                below: [entry.path.map(ListedText.path) ?? "-"] + (reason ?? [])
            )
        }
        let hasParked = list.entries.contains { $0["state"]?.string == RecordingState.parked.label }
        return table.text() + "\n" + OperatorText.shown(list.entries.count, of: list.total, "recording") + totals
            + (hasParked ? advice : "")
    }

    /// The width of reasons in columns.
    private static let width = 70

    private static let advice = """
        Parked ones failed too often and are tried no more. Once the reason is fixed:
          asterisk-connector recordings retry ID

        """

    /// The totals on one or two lines.
    private static func totals(_ answer: JSONValue) -> String {
        let figures = answer["books"]?.members ?? []
        let words = figures.map { "\($0.value.integer ?? 0) \(ListedText.oneLine($0.name))" }
        let sum =
            "Since the spool was made: " + (words.first ?? "") + " = " + words.dropFirst().joined(separator: " + ")
        var lines = HelpText.wrapped(sum + ".", to: 80)
        if answer["balanced"] != .boolean(true) {
            lines.append("These counts do not balance: please report this with the log.")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The result of a retry of one recording.
    static func retried(_ answer: JSONValue) -> String {
        let number = "recording \(OperatorText.integer(answer, "id"))"
        if answer["retried"] == .boolean(true) { return "\(number) waits for its upload again" }
        switch answer["state"]?.string.flatMap(RecordingState.init(label:)) {
        case .seen: return "\(number) is not parked: it was found once, and the next scan decides"
        case .waiting: return "\(number) is not parked: it waits for its upload already"
        case .done: return "\(number) is not parked: it is uploaded"
        case .parked: return "\(number) was parked again in this moment; look at its reason"
        case nil:
            return "there is no recording \(OperatorText.integer(answer, "id")); 'asterisk-connector recordings list'"
                + " shows those that wait or are parked"
        }
    }

    static func retried(_ count: Int) -> String {
        "\(OperatorText.count(count, "recording")) will be uploaded again.\n"
    }
}
