package import Spool

/// Chooses the recording to upload next.
///
/// The spool has the list of waiting recordings; this has one page of it, and those that must not start yet. When
/// `isEmpty`, the caller reads the next page from the spool, until a page is empty: then the queue rests until a
/// recording is due or new.
package struct UploadQueue: Sendable {
    /// A moment on the monotonic clock.
    package typealias Instant = ContinuousClock.Instant

    /// The number of recordings in a page.
    package static let pageSize = 100

    private var page: ArraySlice<StoredRecording> = []
    private var underWay: Set<Int> = []
    private var postponed: [Int: Instant] = [:]
    /// The time until which a recording waits for the CDR of its call.
    private var callDeadlines: [Int: Instant] = [:]
    /// Recordings with an earlier attempt that had no answer.
    private var unanswered: Set<Int> = []
    private var begun: Instant
    /// The number of the last recording read; the next page starts after it.
    package private(set) var cursor = 0
    /// Whether all waiting recordings were offered since the last `begin`.
    package private(set) var isAtEnd = false

    package init(at now: Instant) { begun = now }

    /// The number of uploads in flight.
    package var uploadCount: Int { underWay.count }

    /// Whether the next page must be read from the spool.
    package var isEmpty: Bool { page.isEmpty }

    /// Adds the page after `cursor`; an empty one is the end of the list.
    package mutating func add(_ recordings: [StoredRecording]) {
        page = recordings[...]
        cursor = recordings.last?.id ?? 0
        isAtEnd = recordings.isEmpty
        guard isAtEnd else { return }
        // Recordings that were due when the pass began but did not appear in it no longer wait.
        postponed = postponed.filter { $0.value > begun }
        callDeadlines = callDeadlines.filter { underWay.contains($0.key) || postponed[$0.key] != nil }
    }

    /// Starts a new pass from the first recording, because one is new or due.
    package mutating func begin(at now: Instant) {
        begun = now
        page = []
        cursor = 0
        isAtEnd = false
    }

    /// Returns the next recording that may start and marks it as in flight; `nil` when the page is empty.
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

    /// Removes a recording that is no longer in flight and does not wait.
    package mutating func finish(_ id: Int) {
        underWay.remove(id)
        callDeadlines[id] = nil
        unanswered.remove(id)
    }

    /// Records that an attempt had no answer: the receiver may have the recording.
    package mutating func markUnanswered(_ id: Int) { unanswered.insert(id) }

    package func isUnanswered(_ id: Int) -> Bool { unanswered.contains(id) }

    /// Ends an upload, which may start again at `instant`.
    package mutating func postpone(_ id: Int, until instant: Instant) {
        underWay.remove(id)
        postponed[id] = instant
    }

    /// The time until which a recording waits for the CDR of its call: `timeout` after the first call.
    package mutating func callDeadline(of id: Int, at now: Instant, timeout: Duration) -> Instant {
        let deadline = callDeadlines[id] ?? now + timeout
        callDeadlines[id] = deadline
        return deadline
    }

    /// When the next postponed recording is due; `nil` without one.
    package var nextDue: Instant? { postponed.values.min() }
}
