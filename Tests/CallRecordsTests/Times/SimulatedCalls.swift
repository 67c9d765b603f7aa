import AMI
import Basics
import CallRecords

/// Calls of a PBX and the true times of all that it tells of them, in the order in which it is read.
struct SimulatedCalls {
    /// One thing that the PBX tells.
    struct Event {
        enum Kind {
            case newchannel
            case cel(isChannelStart: Bool)
            case cdr(answer: Int?, end: Int)
        }

        let kind: Kind
        /// When its channel was made, and when it happened or began: true seconds since 1970.
        let begin: Int
        let time: Int
        /// When it was written and read.
        let written: Int
        var read: Int
        var isPrompt = true
    }

    private(set) var events: [Event] = []

    /// - Parameters:
    ///   - edges: moments around which most calls lie.
    ///   - isBatched: CDRs are written every 300 s only (`batch = yes`).
    init(count: Int, around edges: [Int], isBatched: Bool, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for number in 0..<count {
            let edge = edges[number % edges.count]
            // A third each: within a day of the edge, within an hour and a half, and within three days.
            let reach = [86_400, 5400, 3 * 86_400][random.pick(0...2)]
            add(edge + random.pick(-reach...reach), isBatched, &random)
        }
        let stalls = edges.flatMap { edge in
            (0..<6).map { _ in
                let start = edge + random.pick(-86_400...86_400)
                return start...(start + random.pick(30...2400))
            }
        }
        for index in events.indices {
            guard let stall = stalls.first(where: { $0.contains(events[index].read) }) else { continue }
            events[index].read = stall.upperBound
            events[index].isPrompt = false
        }
        events.sort { ($0.read, $0.written) < ($1.read, $1.written) }
        // The program starts amid calls: their begin is not known to it.
        if let first = events.first {
            events.removeAll { $0.read < first.read + 7200 }
        }
    }

    /// The same from the first channel on whose begin is seen.
    func fromFirstChannel() -> SimulatedCalls {
        var calls = self
        calls.events = Array(
            events.drop {
                if case .newchannel = $0.kind, $0.isPrompt { false } else { true }
            }
        )
        return calls
    }

    private mutating func add(_ begin: Int, _ isBatched: Bool, _ random: inout SplitMix64) {
        // One second to six hours; now and then whole quarters of an hour, which look like other offsets.
        let length =
            random.happens(onceIn: 3)
            ? min(21_600, 900 * random.pick(1...24) + random.pick(-3...5))
            : 1 << random.pick(0...13) + random.pick(0...700)
        let end = begin + min(length, 21_600)
        let answer = random.happens(onceIn: 4) ? nil : begin + random.pick(0...min(30, end - begin))
        func cel(_ time: Int, isStart: Bool = false) {
            let event = Event(
                kind: .cel(isChannelStart: isStart),
                begin: begin,
                time: time,
                written: time,
                read: time + random.pick(0...1)
            )
            events.append(event)
        }
        events.append(Event(kind: .newchannel, begin: begin, time: begin, written: begin, read: begin))
        cel(begin, isStart: true)
        if let answer { cel(answer) }
        for quarter in stride(from: begin + 900, to: end, by: 2700) { cel(quarter + random.pick(-1...3)) }
        cel(end)
        cel(end)
        let written = isBatched ? (end / 300 + 1) * 300 : end
        func cdr(_ start: Int, _ answer: Int?) {
            let event = Event(
                kind: .cdr(answer: answer, end: end),
                begin: begin,
                time: start,
                written: written,
                read: written + random.pick(0...1)
            )
            events.append(event)
        }
        cdr(begin, answer)
        guard random.happens(onceIn: 2), end > begin else { return }
        let second = begin + random.pick(0...(end - begin))
        cdr(second, second)
        let quarters = (end - begin) / 900
        if quarters > 0 {
            let second = begin + 900 * random.pick(1...quarters)
            cdr(second, second)
        }
    }
}
