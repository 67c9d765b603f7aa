import Basics
import Daemon
import Delivery
import Spool

/// The number of files by decision.
package struct ScanSummary: Sendable {
    private(set) var total = 0
    private(set) var goes = 0
    private(set) var stays: [SkipReason: Int] = [:]
    private(set) var known: [RecordingState: Int] = [:]

    mutating func add(_ decision: ScanDecision) {
        total += 1
        switch decision.outcome {
        case .goes: goes += 1
        case .known(let recording): known[recording.state, default: 0] += 1
        case .stays, .unreadable: if let reason = decision.reason { stays[reason, default: 0] += 1 }
        }
    }

    /// - Parameter hidden: whether the list omits files with other extensions.
    func text(hidden: Bool) -> String {
        var text = "\(OperatorText.count(total, "file")).\n"
        func line(_ count: Int?, _ words: String) {
            guard let count, count > 0 else { return }
            for (index, words) in HelpText.wrapped(words, to: 68).enumerated() {
                let number = index == 0 ? "\(count)" : ""
                text += String(repeating: " ", count: max(0, 10 - number.count)) + number + "  \(words)\n"
            }
        }
        line(goes, "would go, if the next scan finds it unchanged")
        line(known[.done], "done: uploaded, from there or from another place")
        line(known[.waiting], "waiting for the upload")
        line(known[.parked], "parked: 'asterisk-connector recordings retry' lets them be tried again")
        for reason in SkipReason.allCases {
            let note = reason == .extension && hidden ? " (not listed; --all does)" : ""
            line(stays[reason], "stays: \(reason.explanation)\(note)")
        }
        return text
    }

    func write(to json: inout JSONWriter, knowsSpool: Bool) {
        json.beginObject()
        json.key("files")
        json.integer(total)
        json.key("goes")
        json.integer(goes)
        for state in [RecordingState.done, .waiting, .parked] {
            json.key(Array(state.label.utf8)[...])
            json.integerOrNull(knowsSpool ? known[state] ?? 0 : nil)
        }
        json.key("stays")
        json.beginObject()
        for reason in SkipReason.allCases {
            json.key(Array(reason.rawValue.utf8)[...])
            json.integer(stays[reason] ?? 0)
        }
        json.endObject()
        json.endObject()
    }
}
