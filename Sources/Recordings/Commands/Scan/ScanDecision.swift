package import Basics
import CallRecords
import Delivery
import Spool

/// What would happen to a file, with the facts about it.
package struct ScanDecision: Sendable {
    /// What would happen to a file.
    package enum Outcome: Sendable {
        /// It would be uploaded if the next scan finds it unchanged.
        case goes
        /// It would not be uploaded.
        case stays(SkipReason)
        /// It cannot be read.
        case unreadable(Unreadable)
        /// The spool already has it.
        case known(KnownRecording)
    }

    /// A recording that waits, is uploaded or is parked.
    package struct KnownRecording: Sendable {
        let id: Int
        let state: RecordingState
        let attempts: Int
        let reason: String?

        /// `nil` when the admin API has no such recording, or has seen the file only once.
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
    let outcome: Outcome
    /// In bytes; `nil` when it is not needed.
    package let size: Int?
    /// The length of the audio; `nil` when the first bytes do not contain it.
    package let duration: Duration?

    package init(path: [UInt8], _ outcome: Outcome, size: Int? = nil, duration: Duration? = nil) {
        self.path = path
        self.outcome = outcome
        self.size = size
        self.duration = duration
    }

    /// Why it would not be uploaded; `nil` when it would be or is known.
    package var reason: SkipReason? {
        switch outcome {
        case .stays(let reason): reason
        case .unreadable: .unreadable
        case .goes, .known: nil
        }
    }

    /// The name in JSON and in the output.
    package var label: String {
        switch outcome {
        case .goes: "goes"
        case .stays, .unreadable: "stays"
        case .known(let recording): recording.state.label
        }
    }

    /// An explanation in words; `nil` when none is needed.
    package var explanation: String? {
        switch outcome {
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

    /// The facts in its name; `nil` when it is not a recording by its name, or a folder.
    var name: RecordingName? {
        switch outcome {
        case .stays(.extension), .stays(.notRegular), .stays(.tooDeep): nil
        case .unreadable where size == nil: nil
        case .goes, .stays, .unreadable, .known: RecordingName(path: path[...])
        }
    }
}
