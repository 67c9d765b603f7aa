package import AMI
package import Basics

/// Turns Asterisk's local wall times into UTC.
///
/// Cdr and CEL events carry whole seconds of local time without a zone (cdr_manager.c, cel_manager.c). What tells the
/// offset, in the order of its weight, and why each inference is sound: docs/times.md. A plain value: it knows only the
/// events and receipts that it is given.
package struct PBXClock: Sendable {
    private var zone: NamedZone?
    private var skew = ClockSkew()
    /// Where the offset is certain.
    package var spans: OffsetSpans

    /// Why the named zone is used no more.
    package private(set) var contradiction: ZoneContradiction?

    /// The first event of a channel is written by the call that makes the channel: seconds later at most.
    private static let promptStart = 60

    /// - Parameters:
    ///   - zone: the PBX's zone if the administrator named it.
    ///   - spans: what an earlier run learned.
    package init(zone: TimeZoneRules? = nil, spans: OffsetSpans = OffsetSpans()) {
        self.zone = zone.map { NamedZone($0) }
        self.spans = spans
    }

    /// A channel began: a Newchannel came.
    ///
    /// - Parameter epoch: the second in its UniqueID; `nil` when someone chose that.
    package mutating func channelBegan(_ epoch: Int?, _ receipt: Receipt) {
        skew.heard(receipt)
        if let epoch { skew.channelBegan(epoch, receipt) }
    }

    /// The time of a CEL event.
    package mutating func time(of clues: CELClues, _ receipt: Receipt) -> (time: Timestamp, source: TimeSource?) {
        skew.heard(receipt)
        if clues.isChannelStart, let begin = clues.begin { skew.channelBegan(begin, receipt) }
        let local = clues.local
        let latest = clues.written?.seconds ?? skew.latest(receipt)
        let bounds = TimeBounds(begin: clues.begin, read: latest, atLocal: local)
        let told = clues.written.map { PBXOffset.nearest(local - $0.seconds) } ?? offset(ofStart: clues)
        let received = skew.read(receipt).map { PBXOffset.nearest(local - $0) }
        let certain = told ?? received.flatMap { isPlausible($0, local) ? $0 : nil }
        let (offset, source) = decide(local, bounds, certain)
        // What rests on clocks that were never compared is believed, but teaches nothing.
        if source == nil, told != nil || !skew.isUnknown { learn(offset, at: local - offset) }
        return (Timestamp(seconds: local - offset), source)
    }

    /// The offset of a CHAN_START, which is as old as its channel.
    private func offset(ofStart clues: CELClues) -> Int? {
        guard clues.isChannelStart, let begin = clues.begin else { return nil }
        let offset = PBXOffset.nearest(clues.local - begin)
        guard clues.local - begin - offset <= Self.promptStart, isPlausible(offset, clues.local) else { return nil }
        return offset
    }

    /// The times of a Cdr event.
    ///
    /// It may be late (`batch = yes`), so when it was read is a bound and no more.
    package mutating func times(of clues: CDRClues, _ receipt: Receipt) -> CallTimes {
        skew.heard(receipt)
        var times = CallTimes(start: clues.startEpoch, answer: clues.answerEpoch, end: clues.endEpoch)
        guard let local = clues.start ?? clues.end else { return times }
        let latest = clues.written?.seconds ?? skew.latest(receipt)
        let elapsed = clues.start == nil ? 0 : max(0, clues.duration ?? 0)
        let bounds = TimeBounds(begin: clues.begin, read: latest, elapsed: elapsed, atLocal: local)
        let change = clues.changeToEnd
        let certain =
            clues.certainOffset ?? bounds.onlyOffset(atLocal: local) ?? spans.offset(atLocal: local, within: bounds)
            ?? clues.end.flatMap { end in
                spans.offset(atLocal: end, within: TimeBounds(begin: clues.begin, read: latest, atLocal: end))
            }.map { $0 - change }
        let (offset, source) = decide(local, bounds, certain)
        let endOffset = shifted(offset, by: change)
        if source == nil {
            learn(offset, at: local - offset)
            if let end = clues.end { spans.learn(endOffset, at: end - endOffset) }
        }
        guard !clues.isComplete else { return times }
        times.source = source
        times.start = times.start ?? clues.start.map { Timestamp(seconds: $0 - offset) }
        times.end = times.end ?? clues.end.map { Timestamp(seconds: $0 - endOffset) }
        let answerOffset = shifted(endOffset, by: -clues.changeFromAnswer)
        times.answer = times.answer ?? clues.answer.map { Timestamp(seconds: $0 - answerOffset) }
        return times
    }

    private func shifted(_ offset: Int, by change: Int) -> Int {
        PBXOffset.range.contains(offset + change) ? offset + change : offset
    }

    /// The offset at a local time, and what it rests on; `nil` when it is certain.
    private func decide(_ local: Int, _ bounds: TimeBounds, _ certain: Int?) -> (offset: Int, source: TimeSource?) {
        if let certain, PBXOffset.contains(certain), bounds.contains(local - certain) { return (certain, nil) }
        if let only = bounds.onlyOffset(atLocal: local) { return (only, nil) }
        if let known = spans.offset(atLocal: local, within: bounds) { return (known, nil) }
        if let named = zone?.offset(atLocal: local, within: bounds, near: spans) { return (named, .zone) }
        return guess(local, bounds)
    }

    /// Changes of a zone's offset, the commonest first.
    private static let changes = [0, -3600, 3600, -1800, 1800, -7200, 7200]

    private func guess(_ local: Int, _ bounds: TimeBounds) -> (offset: Int, source: TimeSource) {
        if let span = spans.nearest(toLocal: local) {
            for change in Self.changes where PBXOffset.contains(span.offset + change) {
                if bounds.contains(local - span.offset - change) { return (span.offset + change, .guess) }
            }
        }
        let possible = bounds.offsets(atLocal: local) ?? PBXOffset.range
        if bounds.earliest != nil { return (possible.upperBound, .guess) }
        let nearest = min(max(0, possible.lowerBound), possible.upperBound)
        return (nearest, nearest == 0 ? .utc : .guess)
    }

    /// Whether an offset that rests on clocks can be believed: when the clocks contradict each other, only one that was
    /// certain before.
    private func isPlausible(_ offset: Int, _ local: Int) -> Bool {
        !skew.isDoubtful || spans.nearest(toLocal: local)?.offset == offset
    }

    private mutating func learn(_ offset: Int, at instant: Int) {
        spans.learn(offset, at: instant)
        if let found = zone?.compare(offset, at: instant) { contradiction = found }
    }

    /// The epoch inside `1795224725.2` or `pbx-1795224725.2`; `nil` for a UniqueID that someone chose.
    package static func epoch(inUniqueID uniqueID: Bytes) -> Int? {
        guard let dot = uniqueID.lastIndex(of: ASCII.dot) else { return nil }
        let before = uniqueID[..<dot]
        let start = before.lastIndex(of: ASCII.minus).map { $0 + 1 } ?? before.startIndex
        let digits = before[start...]
        guard digits.count == 10, let epoch = digits.integer, uniqueID[(dot + 1)...].integer != nil else { return nil }
        return epoch
    }
}
