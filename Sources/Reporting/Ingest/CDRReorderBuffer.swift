import AMI
import Basics
import CallRecords

/// Deliveries in order, held back while the event with the origin of the first CDR may still arrive.
///
/// All later deliveries wait too, at most a second: stored records must have no holes, because a gap is declared after
/// the last record before it.
struct CDRReorderBuffer {
    /// A delivery whose events are decoded and already in the cache of channels.
    enum Entry {
        case events([AMIMessage], Receipt)
        case gap(Gap)
    }

    private var entries: [(entry: Entry, deadline: ContinuousClock.Instant)] = []

    private static let longestDelay = Duration.seconds(1)

    var isEmpty: Bool { entries.isEmpty }

    /// Adds a delivery, and updates the cache of channels from its events.
    mutating func append(_ delivery: EventOrGap, at now: ContinuousClock.Instant, _ builder: inout RecordBuilder) {
        switch delivery {
        case .gap(let gap): entries.append((.gap(gap), now))
        case .events(let batch):
            let messages = (0..<batch.count).map { batch[$0] }
            for message in messages { builder.memory.learn(message, at: batch.receivedAt) }
            entries.append((.events(messages, batch.receipt), now + Self.longestDelay))
        }
    }

    /// The time until which the first entry waits; `nil` when there is none or it does not need to wait.
    func deadline(_ builder: RecordBuilder) -> ContinuousClock.Instant? {
        guard let (entry, deadline) = entries.first, case .events(let messages, _) = entry, deadline > .now,
            messages.contains(where: { builder.awaitsMore(for: $0) })
        else { return nil }
        return deadline
    }

    mutating func removeFirst() -> Entry? { entries.isEmpty ? nil : entries.removeFirst().entry }
}
