import Basics

/// The last certain offsets as periods in order: at most 16.
///
/// Two certain times with the same offset are joined when they are less than a week apart, with no other offset between
/// them: a zone that leaves an offset does not return to it within four weeks (the shortest case is Ramadan in
/// Morocco).
package struct OffsetSpans: Sendable, Equatable {
    /// The periods in order, oldest first.
    package private(set) var spans: [OffsetSpan] = []
    /// Whether there are changes to store; the last span growing by seconds does not count.
    package private(set) var isWorthKeeping = false
    private var keptEnd = Int.min

    private static let capacity = 16
    private static let joined = 7 * 86400
    private static let times = 0..<1 << 40
    private static let keptEvery = PBXOffset.quarter

    package init() { spans.reserveCapacity(Self.capacity + 1) }

    /// Records that `offset` (seconds) was certain at `instant` (seconds since 1970).
    package mutating func learn(_ offset: Int, at instant: Int) {
        guard Self.times.contains(instant) else { return }
        var index = spans.count
        while index > 0, spans[index - 1].from > instant { index -= 1 }
        if index > 0, spans[index - 1].contains(instant) {
            guard spans[index - 1].offset != offset else { return }
            // One of the two is wrong, and it is unknown which: nothing around it is certain any more.
            index -= 1
            spans.remove(at: index)
            isWorthKeeping = true
        }
        let joinsBefore = index > 0 && Self.join(spans[index - 1], offset, instant)
        let joinsAfter = index < spans.count && Self.join(spans[index], offset, instant)
        switch (joinsBefore, joinsAfter) {
        case (true, true):
            spans[index - 1].to = spans[index].to
            spans.remove(at: index)
            isWorthKeeping = true
        case (true, false):
            spans[index - 1].to = instant
            if instant - Self.keptEvery >= keptEnd { isWorthKeeping = true }
        case (false, true): spans[index].from = instant
        case (false, false):
            spans.insert(OffsetSpan(from: instant, to: instant, offset: offset), at: index)
            if spans.count > Self.capacity { spans.removeFirst() }
            isWorthKeeping = true
        }
    }

    private static func join(_ span: OffsetSpan, _ offset: Int, _ instant: Int) -> Bool {
        span.offset == offset && span.distance(to: instant) <= joined
    }

    /// The offset of a local time within a span, if no other offset is possible.
    ///
    /// One local time can be two moments only where a zone sets its clocks back, by half an hour to two hours. That
    /// happens at night only. So at night every other offset must be impossible: outside the bounds, or within a span
    /// of another offset.
    func offset(atLocal local: Int, within bounds: TimeBounds) -> Int? {
        var found: Int?
        for span in spans where span.contains(local - span.offset) && bounds.contains(local - span.offset) {
            guard found == nil || found == span.offset else { return nil }
            found = span.offset
        }
        guard let found, Self.isNight(local) else { return found }
        for change in stride(from: -7200, through: 7200, by: 1800) where change != 0 {
            let instant = local - found - change
            if PBXOffset.contains(found + change), bounds.contains(instant), !excludes(found + change, at: instant) {
                return nil
            }
        }
        return found
    }

    private func excludes(_ offset: Int, at instant: Int) -> Bool {
        spans.contains { $0.offset != offset && $0.contains(instant) }
    }

    /// Whether clocks that show `local` may have been set back at this time of day: 20:00 to 05:00.
    package static func isNight(_ local: Int) -> Bool {
        let hour = ((local % 86400 + 86400) % 86400) / 3600
        return hour >= 20 || hour < 5
    }

    /// The span nearest to a local time, each measured with its own offset; the later one of two equally near.
    func nearest(toLocal local: Int) -> OffsetSpan? {
        var found: OffsetSpan?
        for span in spans {
            let distance = span.distance(to: local - span.offset)
            if let found, found.distance(to: local - found.offset) < distance { continue }
            found = span
        }
        return found
    }
}

/// The stored form: a JSON list of `[from, to, offset]`, in seconds.
extension OffsetSpans {
    /// Returns the bytes to store and counts them as stored.
    package mutating func taken() -> [UInt8] {
        isWorthKeeping = false
        keptEnd = spans.last?.to ?? Int.min
        var json = JSONWriter(capacity: 512)
        json.beginArray()
        for span in spans {
            json.beginArray()
            for number in [span.from, span.to, span.offset] { json.integer(number) }
            json.endArray()
        }
        json.endArray()
        return json.bytes
    }

    /// Reports that storing failed, so that the spans count as changed again.
    package mutating func wereNotKept() { isWorthKeeping = true }

    /// Reads the stored form; anything invalid gives no spans.
    package init(kept bytes: [UInt8]) {
        self.init()
        guard let list = (try? JSONParser.parse(bytes[...]))?.elements, list.count <= Self.capacity else { return }
        var read: [OffsetSpan] = []
        for element in list {
            guard let numbers = element.elements?.map(\.integer), numbers.count == 3, let from = numbers[0],
                let to = numbers[1], let offset = numbers[2], PBXOffset.contains(offset),
                Self.times.contains(from), Self.times.contains(to), from <= to, read.last.map({ $0.to < from }) ?? true
            else { return }
            read.append(OffsetSpan(from: from, to: to, offset: offset))
        }
        spans += read
        keptEnd = spans.last?.to ?? Int.min
    }
}
