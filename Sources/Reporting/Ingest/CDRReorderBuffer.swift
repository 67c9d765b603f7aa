import AMI
import Basics
import CallRecords

/// Deliveries in their order, held back while a CDR at the front may still learn where its call began.
///
/// All behind it wait with it, for a second at most: what is stored must have no holes, since a gap is declared by the
/// last record before it.
struct CDRReorderBuffer {
    /// A delivery whose events are decoded, and known to the memory of calls.
    enum Entry {
        case events([AMIMessage], Receipt)
        case gap(Gap)
    }

    private var entries: [(entry: Entry, deadline: ContinuousClock.Instant)] = []

    private static let patience = Duration.seconds(1)

    var isEmpty: Bool { entries.isEmpty }

    /// Adds a delivery, and lets the memory learn from it.
    mutating func append(_ delivery: EventOrGap, at now: ContinuousClock.Instant, _ builder: inout RecordBuilder) {
        switch delivery {
        case .gap(let gap): entries.append((.gap(gap), now))
        case .events(let batch):
            let messages = (0..<batch.count).map { batch[$0] }
            for message in messages { builder.memory.learn(message, at: batch.receivedAt) }
            entries.append((.events(messages, batch.receipt), now + Self.patience))
        }
    }

    /// Until when the first entry waits; `nil` when there is none or it has all it needs.
    func deadline(_ builder: RecordBuilder) -> ContinuousClock.Instant? {
        guard let (entry, deadline) = entries.first, case .events(let messages, _) = entry, deadline > .now,
            messages.contains(where: { builder.awaitsMore(for: $0) })
        else { return nil }
        return deadline
    }

    mutating func removeFirst() -> Entry? { entries.isEmpty ? nil : entries.removeFirst().entry }
}
