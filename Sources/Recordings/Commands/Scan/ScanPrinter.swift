import Basics
import CallRecords
import Daemon
import Delivery

/// Formats the decisions about files one by one, and a summary, as text or JSON.
package struct ScanPrinter: Sendable {
    private let asJSON: Bool
    private let listsAll: Bool
    private var bytes: [UInt8] = []
    private var isFirst = true
    private(set) var summary = ScanSummary()

    package init(asJSON: Bool, listsAll: Bool) {
        self.asJSON = asJSON
        self.listsAll = listsAll
        if asJSON { bytes += "{\"files\":[".utf8 }
    }

    /// Whether the buffer should be written.
    var isFull: Bool { bytes.count >= 1 << 16 }

    /// Takes the content of the buffer.
    package mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    /// Adds a decision to the output and the summary.
    package mutating func add(_ decision: ScanDecision) {
        summary.add(decision)
        guard listsAll || decision.reason != .extension else { return }
        if asJSON {
            bytes += (isFirst ? "\n" : ",\n").utf8
            bytes += Self.json(decision)
        } else {
            bytes += Self.text(decision).utf8
        }
        isFirst = false
    }

    /// Adds the summary and the end of the output.
    ///
    /// - Parameter knowsSpool: whether the spool could be queried about each file.
    package mutating func finish(knowsSpool: Bool) {
        guard asJSON else {
            if !isFirst { bytes.append(ASCII.newline) }
            bytes += summary.text(hidden: !listsAll).utf8
            return
        }
        var json = JSONWriter()
        summary.write(to: &json, knowsSpool: knowsSpool)
        bytes += "\n],\"summary\":".utf8 + json.bytes + "}\n".utf8
    }

    private static func text(_ decision: ScanDecision) -> String {
        let label = decision.label + String(repeating: " ", count: max(1, 9 - decision.label.count))
        let below =
            (decision.explanation.map { HelpText.wrapped($0, to: 71) } ?? []) + (facts(decision).map { [$0] } ?? [])
        return label + ListedText.path(decision.path) + "\n"
            + below.map { String(repeating: " ", count: 9) + $0 + "\n" }.joined()
    }

    /// The facts in its header and its name.
    private static func facts(_ decision: ScanDecision) -> String? {
        guard let name = decision.name else { return nil }
        let facts: [String?] = [
            decision.size.map(OperatorText.bytes),
            decision.duration.map { "\($0.formatted) of audio" },
            name.uniqueID.map { "UniqueID \(ListedText.path($0))" } ?? "no UniqueID in its name",
            name.direction?.rawValue,
            name.queue.map { "queue \(ListedText.path($0))" },
            name.time.map(time),
        ]
        return facts.compactMap { $0 }.joined(separator: ", ")
    }

    private static func time(_ time: CivilTime) -> String {
        var bytes: [UInt8] = []
        time.append(to: &bytes)
        return bytes[...].text
    }

    private static func json(_ decision: ScanDecision) -> [UInt8] {
        let name = decision.name
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        json.path(decision.path)
        json.key("fate")
        json.string(decision.label)
        json.key("reason")
        json.stringOrNull(decision.reason?.rawValue)
        json.key("explanation")
        json.stringOrNull(decision.explanation)
        json.key("id")
        if case .known(let recording) = decision.outcome { json.integer(recording.id) } else { json.null() }
        json.key("size")
        json.integerOrNull(decision.size)
        json.key("duration")
        json.numberOrNull(decision.duration.map { $0 / .seconds(1) })
        json.key("uniqueid")
        json.stringOrNull(name?.uniqueID?[...].text)
        json.key("direction")
        json.stringOrNull(name?.direction?.rawValue)
        json.key("queue")
        json.stringOrNull(name?.queue?[...].text)
        json.key("time")
        json.stringOrNull(name?.time.map(time))
        json.endObject()
        return json.bytes
    }
}
