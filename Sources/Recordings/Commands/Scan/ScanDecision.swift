package import Basics
import CallRecords
import Delivery
import Spool

/// What would become of a file, and what is known of it.
package struct ScanDecision: Sendable {
    package enum Fate: Sendable {
        /// It is uploaded if the next scan finds it unchanged.
        case goes
        case stays(SkipReason)
        case unreadable(Unreadable)
        case known(KnownRecording)
    }

    /// A recording that waits, is done or was given up.
    package struct KnownRecording: Sendable {
        let id: Int
        let state: RecordingState
        let attempts: Int
        let reason: String?

        /// Nil when the admin API knows of nothing, or has seen the file once and decided nothing.
        package init?(_ answer: JSONValue) {
            guard let id = answer["id"]?.integer,
                let state = answer["state"]?.string.flatMap(RecordingState.init(label:)), state != .seen
            else { return nil }
            self.id = id
            self.state = state
            attempts = answer["attempts"]?.integer ?? 0
            reason = answer["reason"]?.string
        }
    }

    package let path: [UInt8]
    let fate: Fate
    /// In bytes; `nil` when that does not matter.
    package let size: Int?
    /// Of the audio; `nil` when its first bytes do not tell.
    package let duration: Duration?

    package init(path: [UInt8], _ fate: Fate, size: Int? = nil, duration: Duration? = nil) {
        self.path = path
        self.fate = fate
        self.size = size
        self.duration = duration
    }

    /// Why it stays; `nil` when it goes or is known.
    package var reason: SkipReason? {
        switch fate {
        case .stays(let reason): reason
        case .unreadable: .unreadable
        case .goes, .known: nil
        }
    }

    /// What programs call it.
    package var label: String {
        switch fate {
        case .goes: "goes"
        case .stays, .unreadable: "stays"
        case .known(let recording): recording.state.label
        }
    }

    /// For people; `nil` when there is nothing to explain.
    package var explanation: String? {
        switch fate {
        case .goes: return nil
        case .stays(let reason): return "\(reason.explanation)"
        case .unreadable(let failure): return ListedText.oneLine(failure.explanation)
        case .known(let recording):
            let failures = OperatorText.count(recording.attempts, "failed upload")
            let last = recording.reason.map { ", the last: \(ListedText.oneLine($0))" } ?? ""
            switch recording.state {
            case .parked: return "recording \(recording.id), given up after \(failures)\(last)"
            case .waiting where recording.attempts > 0: return "recording \(recording.id), \(failures)\(last)"
            default: return "recording \(recording.id)"
            }
        }
    }

    /// What its name tells; `nil` when it is no recording by its name, or a folder.
    var name: RecordingName? {
        switch fate {
        case .stays(.extension), .stays(.notRegular), .stays(.tooDeep): nil
        case .unreadable where size == nil: nil
        case .goes, .stays, .unreadable, .known: RecordingName(path: path[...])
        }
    }
}
