import Basics
import LiveCalls

/// A call that has ended, as the history keeps it.
struct FinishedCall: Sendable, Equatable {
    let id: String
    let createdAt: Timestamp
    let endedAt: Timestamp
    let direction: LiveCall.Direction
    /// The extensions that had a channel in it, 64 at most.
    let extensions: [String]
    /// The number of the other side; empty when unknown.
    let number: String
    let isAnswered: Bool
    /// The caller hung up while waiting in a queue.
    let isAbandoned: Bool
    /// It became a part of another call, which is counted in its place.
    let isMerged: Bool
    /// From the first answer to the end, in seconds.
    let talkSeconds: Int
    /// From the begin, or the arrival in the queue, to the answer or the end, in seconds.
    let waitSeconds: Int
    /// The object as clients got it at the end, in JSON.
    let json: [UInt8]
}

/// One wait of a call in a queue, and what came of it.
struct FinishedVisit: Sendable, Equatable {
    enum Outcome: String, Sendable, CaseIterable {
        case answered
        /// The caller hung up.
        case abandoned
        /// The caller left by time-out, key or transfer.
        case exited
    }

    let call: String
    let queue: String
    let joinedAt: Timestamp
    let outcome: Outcome
    let waitSeconds: Int
    /// 0 until the call ends.
    var talkSeconds = 0
    /// Answered within the time of the queue's service level.
    let isInLevel: Bool
}

/// What goes into the history.
enum HistoryEntry: Sendable, Equatable {
    case call(FinishedCall)
    /// Replaces an entry for the same call, queue and arrival.
    case visit(FinishedVisit)
}
