import Basics

/// The last certain offsets, as stretches of time in order: at most 16.
///
/// Two certain times with one offset are joined when they are less than a week apart, with no other offset between them:
/// a zone that leaves an offset does not come back to it within four weeks (the shortest are the Ramadans of Morocco).
package struct OffsetSpans: Sendable, Equatable {
    package private(set) var spans: [OffsetSpan] = []
    /// Whether there is something new that is worth keeping; not each second by which the last span grows.
    package private(set) var isWorthKeeping = false
    private var keptEnd = Int.min

    private static let capacity = 16
    private static let joined = 7 * 86400
    private static let times = 0..<1 << 40
    private static let keptEvery = PBXOffset.quarter

    package init() { spans.reserveCapacity(Self.capacity + 1) }

    /// Notes that `offset` was certain at `instant`.
    package mutating func learn(_ offset: Int, at instant: Int) {
        guard Self.times.contains(instant) else { return }
        var index = spans.count
        while index > 0, spans[index - 1].from > instant { index -= 1 }
        if index > 0, spans[index - 1].contains(instant) {
            guard spans[index - 1].offset != offset else { return }
            // One of the two is wrong, and nobody knows which: nothing is certain any more around it.
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

    /// The offset of a local time within a span, if no other one is possible.
    ///
    /// Only where a zone sets its clocks back can one local time be two moments, half an hour to two hours apart. That
    /// happens at night only. So by night another offset has to be impossible: out of the bounds, or within a span of
    /// another one.
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

    /// Whether clocks that show `local` may have been set back at this hour of the day: 20:00 to 05:00.
    package static func isNight(_ local: Int) -> Bool {
        let hour = ((local % 86400 + 86400) % 86400) / 3600
        return hour >= 20 || hour < 5
    }

    /// The span that is nearest to a local time, each by its own offset; of two equally near ones the later.
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

/// The form in which they are kept: a JSON list of `[from, to, offset]`, in seconds.
extension OffsetSpans {
    /// What is to be kept; all of it counts as kept from now on.
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

    /// They could not be kept after all.
    package mutating func wereNotKept() { isWorthKeeping = true }

    /// Reads what was kept; what is none of it gives no spans.
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
