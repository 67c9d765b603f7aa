import Basics

/// The answers that are given again to the same request: until the reservation ends, without one for 60 s.
struct RepeatableRequests: Sendable {
    struct Answer: Sendable, Equatable {
        let number: Digits
        let destination: String
        let agent: String
        /// In microseconds since 1970.
        let end: Int64
    }

    /// How long an answer without a reservation is repeated, in microseconds.
    static let time: Int64 = 60_000_000
    /// The answers without a reservation that are kept; beyond that, the oldest goes first.
    static let limit = 100_000

    private var answers: [String: Answer] = [:]
    private var order = Queue<(end: Int64, id: String)>()

    subscript(id: String) -> Answer? { answers[id] }

    /// Keeps the answer to a repeatable request; other ones are ignored.
    mutating func keep(_ use: SelectionEvent.Use, at now: Int64) {
        guard use.isRepeatable else { return }
        dropOld(now)
        let isReserved = use.reservedUntil > 0
        let end = isReserved ? use.reservedUntil : use.time + Self.time
        answers[use.holder] = Answer(number: use.number, destination: use.destination, agent: use.agent, end: end)
        // One with a reservation goes with it.
        if !isReserved { order.append((end, use.holder)) }
    }

    /// Forgets the answer of a reservation that ended.
    mutating func forget(_ id: String, number: Digits) {
        if answers[id]?.number == number { answers[id] = nil }
    }

    private mutating func dropOld(_ now: Int64) {
        while let oldest = order.first, oldest.end <= now || order.count >= Self.limit {
            order.removeFirst()
            if answers[oldest.id]?.end == oldest.end { answers[oldest.id] = nil }
        }
    }
}
