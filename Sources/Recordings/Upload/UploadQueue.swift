package import Spool

/// Which recording is to be uploaded next.
///
/// The spool has the list of those that wait; here is only a part of it, and what must not go yet. Whoever fills the line
/// reads on in the spool when `isEmpty`, until a page brings nothing: then the line rests until something is due or new.
package struct UploadQueue: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// How many are read from the spool at once.
    package static let pageSize = 100

    private var page: ArraySlice<StoredRecording> = []
    private var underWay: Set<Int> = []
    private var postponed: [Int: Instant] = [:]
    /// Until when a recording waits for the CDR of its call.
    private var callDeadlines: [Int: Instant] = [:]
    /// Recordings of which an earlier try had no answer.
    private var unanswered: Set<Int> = []
    private var begun: Instant
    /// After which one to read on.
    package private(set) var cursor = 0
    /// Whether all that wait were offered since the line last began.
    package private(set) var isAtEnd = false

    package init(at now: Instant) { begun = now }

    package var uploadCount: Int { underWay.count }

    /// Whether more is to be read from the spool.
    package var isEmpty: Bool { page.isEmpty }

    /// Adds what the spool has after `cursor`; nothing means that this was all.
    package mutating func add(_ recordings: [StoredRecording]) {
        page = recordings[...]
        cursor = recordings.last?.id ?? 0
        isAtEnd = recordings.isEmpty
        guard isAtEnd else { return }
        // What was due when the line began and did not come along does not wait any more.
        postponed = postponed.filter { $0.value > begun }
        callDeadlines = callDeadlines.filter { underWay.contains($0.key) || postponed[$0.key] != nil }
    }

    /// Begins with the first one again: something is new or due.
    package mutating func begin(at now: Instant) {
        begun = now
        page = []
        cursor = 0
        isAtEnd = false
    }

    /// The next one in the line that may go, which is under way from now on; `nil` when the line is empty.
    package mutating func start(at now: Instant) -> StoredRecording? {
        while let recording = page.popFirst() {
            let isDue = postponed[recording.id].map { $0 <= now } ?? true
            guard isDue && !underWay.contains(recording.id) else { continue }
            postponed[recording.id] = nil
            underWay.insert(recording.id)
            return recording
        }
        return nil
    }

    /// It is not under way any more, and does not wait.
    package mutating func finish(_ id: Int) {
        underWay.remove(id)
        callDeadlines[id] = nil
        unanswered.remove(id)
    }

    /// A try had no answer: the receiver may have it.
    package mutating func noteUnanswered(_ id: Int) { unanswered.insert(id) }

    package func isUnanswered(_ id: Int) -> Bool { unanswered.contains(id) }

    /// It is not under way any more, and may go again at `instant`.
    package mutating func postpone(_ id: Int, until instant: Instant) {
        underWay.remove(id)
        postponed[id] = instant
    }

    /// Until when a recording waits for the CDR of its call: so long after the first question.
    package mutating func callDeadline(of id: Int, at now: Instant, patience: Duration) -> Instant {
        let deadline = callDeadlines[id] ?? now + patience
        callDeadlines[id] = deadline
        return deadline
    }

    /// When the first of those that were postponed is due.
    package var nextDue: Instant? { postponed.values.min() }
}
