package import AMI
package import Basics

/// Converts Asterisk's local times to UTC.
///
/// Cdr and CEL events have whole seconds of local time without a zone (cdr_manager.c, cel_manager.c). docs/times.md
/// lists the sources of the offset in the order of their weight, and why each inference is sound. A plain value: it
/// knows only the events and receipts that it is given.
package struct PBXClock: Sendable {
    private var zone: NamedZone?
    private var skew = ClockSkew()
    /// The periods in which the offset is certain.
    package var spans: OffsetSpans

    /// Why the configured zone is no longer used; `nil` while it is.
    package private(set) var contradiction: ZoneContradiction?

    /// The first event of a channel is written at most this many seconds after the channel is created, by the same
    /// call.
    private static let promptStart = 60

    /// - Parameters:
    ///   - zone: the PBX's zone from the settings, if any.
    ///   - spans: the certain offsets that an earlier run stored.
    package init(zone: TimeZoneRules? = nil, spans: OffsetSpans = OffsetSpans()) {
        self.zone = zone.map { NamedZone($0) }
        self.spans = spans
    }

    /// Learns from a Newchannel event.
    ///
    /// - Parameter epoch: the second in its UniqueID; `nil` for a UniqueID that Asterisk did not generate.
    package mutating func channelBegan(_ epoch: Int?, _ receipt: Receipt) {
        skew.update(with: receipt)
        if let epoch { skew.channelBegan(epoch, receipt) }
    }

    /// The time of a CEL event.
    package mutating func time(of clues: CELClues, _ receipt: Receipt) -> (time: Timestamp, source: TimeSource?) {
        skew.update(with: receipt)
        if clues.isChannelStart, let begin = clues.begin { skew.channelBegan(begin, receipt) }
        let local = clues.local
        let latest = clues.written?.seconds ?? skew.latest(receipt)
        let bounds = TimeBounds(begin: clues.begin, read: latest, atLocal: local)
        let told = clues.written.map { PBXOffset.nearest(local - $0.seconds) } ?? offset(ofStart: clues)
        let received = skew.read(receipt).map { PBXOffset.nearest(local - $0) }
        let certain = told ?? received.flatMap { isPlausible($0, local) ? $0 : nil }
        let (offset, source) = decide(local, bounds, certain)
        // A time that depends on clocks that were never compared is used, but nothing is learned from it.
        if source == nil, told != nil || !skew.isUnknown { learn(offset, at: local - offset) }
        return (Timestamp(seconds: local - offset), source)
    }

    /// The offset from a CHAN_START, which happens when its channel is created.
    private func offset(ofStart clues: CELClues) -> Int? {
        guard clues.isChannelStart, let begin = clues.begin else { return nil }
        let offset = PBXOffset.nearest(clues.local - begin)
        guard clues.local - begin - offset <= Self.promptStart, isPlausible(offset, clues.local) else { return nil }
        return offset
    }

    /// The times of a Cdr event.
    ///
    /// The event may be late (`batch = yes`), so the time of its receipt is only a bound.
    package mutating func times(of clues: CDRClues, _ receipt: Receipt) -> CallTimes {
        skew.update(with: receipt)
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

    /// The offset at a local time, and its source; `nil` when it is certain.
    private func decide(_ local: Int, _ bounds: TimeBounds, _ certain: Int?) -> (offset: Int, source: TimeSource?) {
        if let certain, PBXOffset.contains(certain), bounds.contains(local - certain) { return (certain, nil) }
        if let only = bounds.onlyOffset(atLocal: local) { return (only, nil) }
        if let known = spans.offset(atLocal: local, within: bounds) { return (known, nil) }
        if let named = zone?.offset(atLocal: local, within: bounds, near: spans) { return (named, .zone) }
        return guess(local, bounds)
    }

    /// Changes of a zone's offset in seconds, the most common first.
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

    /// Whether an offset that depends on clocks is plausible: when the clocks contradict each other, only one that was
    /// certain before.
    private func isPlausible(_ offset: Int, _ local: Int) -> Bool {
        !skew.isDoubtful || spans.nearest(toLocal: local)?.offset == offset
    }

    private mutating func learn(_ offset: Int, at instant: Int) {
        spans.learn(offset, at: instant)
        if let found = zone?.compare(offset, at: instant) { contradiction = found }
    }

    /// The epoch in `1795224725.2` or `pbx-1795224725.2`; `nil` for a UniqueID that Asterisk did not generate.
    package static func epoch(inUniqueID uniqueID: Bytes) -> Int? {
        guard let dot = uniqueID.lastIndex(of: ASCII.dot) else { return nil }
        let before = uniqueID[..<dot]
        let start = before.lastIndex(of: ASCII.minus).map { $0 + 1 } ?? before.startIndex
        let digits = before[start...]
        guard digits.count == 10, let epoch = digits.integer, uniqueID[(dot + 1)...].integer != nil else { return nil }
        return epoch
    }
}
