import Basics
import LiveCalls

/// Derives the history from what the live model says of calls as they change; pure.
///
/// **Invariants.**
/// - Each arrival in a queue (QueueCallerJoin) becomes one visit with one outcome: when an agent answers, when the caller
///   gives up, and otherwise when the call joins another queue or ends.
/// - A call that becomes a part of another one hands its open visit on.
/// - It remembers only calls that have not ended.
struct HistoryRecorder: Sendable {
    fileprivate struct Open: Sendable {
        var visit: LiveCall.QueueVisit
        /// Seconds of the queue's service level.
        var level: Int
        var isReported = false
    }

    private var open: [[UInt8]: Open] = [:]

    /// How many calls have a visit that is not over.
    var openCount: Int { open.count }

    /// Takes a call in as it is after a change.
    ///
    /// - Parameters:
    ///   - level: the service level of the queue that it visits, in seconds.
    ///   - json: writes the call; used when it has ended.
    mutating func note(_ call: LiveCall, level: Int, at now: LiveTime, json: () -> [UInt8]) -> [HistoryEntry] {
        var entries: [HistoryEntry] = []
        let before = open[call.id]
        if let visit = call.queue, before?.visit.isSame(as: visit) ?? true {
            open[call.id] = Open(visit: visit, level: level, isReported: before?.isReported ?? false)
        } else if let visit = call.queue {
            if let before, !before.isReported { entries.append(.visit(before.exit(of: call, at: now))) }
            open[call.id] = Open(visit: visit, level: level)
        }
        if var current = open[call.id], !current.isReported, let visit = current.outcome(of: call, at: now) {
            current.isReported = true
            open[call.id] = current
            entries.append(.visit(visit))
        }
        if call.state == .ended { end(call, at: now, json: json, &entries) }
        return entries
    }

    private mutating func end(
        _ call: LiveCall,
        at now: LiveTime,
        json: () -> [UInt8],
        _ entries: inout [HistoryEntry]
    ) {
        if let last = open.removeValue(forKey: call.id) {
            if !call.mergedInto.isEmpty {
                if open[call.mergedInto] == nil { open[call.mergedInto] = last }
            } else if !last.isReported {
                entries.append(.visit(last.exit(of: call, at: now)))
            } else if var visit = last.outcome(of: call, at: now), visit.outcome == .answered {
                visit.talkSeconds = LiveTime.seconds(from: last.visit.connectedAt, to: call.endedAt ?? now)
                entries.append(.visit(visit))
            }
        }
        entries.append(.call(FinishedCall(call, at: now, json: json())))
    }
}

extension HistoryRecorder.Open {
    /// What has come of the visit; `nil` while the caller waits.
    fileprivate func outcome(of call: LiveCall, at now: LiveTime) -> FinishedVisit? {
        if let connectedAt = visit.connectedAt { return finished(.answered, of: call, until: connectedAt) }
        return visit.isAbandoned ? finished(.abandoned, of: call, until: now) : nil
    }

    fileprivate func exit(of call: LiveCall, at now: LiveTime) -> FinishedVisit {
        finished(.exited, of: call, until: now)
    }

    private func finished(_ outcome: FinishedVisit.Outcome, of call: LiveCall, until end: LiveTime) -> FinishedVisit {
        let wait = LiveTime.seconds(from: visit.joinedAt, to: end)
        return FinishedVisit(
            call: call.id[...].text,
            queue: visit.name[...].text,
            joinedAt: visit.joinedAt.wall,
            outcome: outcome,
            waitSeconds: wait,
            isInLevel: outcome == .answered && wait <= level
        )
    }
}

extension FinishedCall {
    fileprivate init(_ call: LiveCall, at now: LiveTime, json: [UInt8]) {
        let end = call.endedAt ?? now
        let begin = call.queue?.joinedAt ?? call.createdAt
        let answer = call.queue == nil ? call.answeredAt : call.queue?.connectedAt
        self.init(
            id: call.id[...].text,
            createdAt: call.createdAt.wall,
            endedAt: end.wall,
            direction: call.direction,
            extensions: call.agentExtensions.map { $0[...].text },
            number: call.remoteNumber[...].text,
            isAnswered: call.answeredAt != nil,
            isAbandoned: call.queue?.isAbandoned ?? false,
            isMerged: !call.mergedInto.isEmpty,
            talkSeconds: call.answeredAt == nil ? 0 : LiveTime.seconds(from: call.answeredAt, to: end),
            waitSeconds: LiveTime.seconds(from: begin, to: answer ?? end),
            json: json
        )
    }
}

extension LiveTime {
    /// Whole seconds by the monotonic clock, at least 0; 0 without a begin.
    fileprivate static func seconds(from begin: LiveTime?, to end: LiveTime) -> Int {
        guard let begin else { return 0 }
        let (difference, overflow) = end.monotonic.subtractingReportingOverflow(begin.monotonic)
        return overflow ? 0 : max(difference, 0) / 1_000_000
    }
}

extension LiveCall.QueueVisit {
    /// Whether it is one arrival, perhaps as it was before.
    fileprivate func isSame(as other: LiveCall.QueueVisit) -> Bool {
        name == other.name && joinedAt == other.joinedAt
    }
}
