import Basics
import CallRecords
import Daemon

/// Metrics of calls from their CDRs: directions, types of numbers, and how often the context was unknown.
struct CallMetrics: Sendable {
    private let directions: [Direction: Counter]
    private let sources: [NumberType: Counter]
    private let destinations: [NumberType: Counter]
    private let withoutContext: Counter

    init(_ registry: Registry) {
        let prefix = Registry.prefix
        func numbers(_ side: String) -> [NumberType: Counter] {
            Dictionary(
                uniqueKeysWithValues: NumberType.allCases.map { type in
                    let counter = registry.counter(
                        prefix + "cdr_numbers_total",
                        "Numbers of CDRs by side (src, dst) and by their type.",
                        [("side", side), ("type", type.rawValue)]
                    )
                    return (type, counter)
                }
            )
        }
        directions = registry.counters(
            prefix + "cdr_directions_total",
            "CDRs by the direction of the call.",
            "direction",
            over: Direction.self
        )
        (sources, destinations) = (numbers("src"), numbers("dst"))
        withoutContext = registry.counter(
            prefix + "cdrs_without_context_total",
            "CDRs of channels whose begin is not known, so that their direction rests on the CDR alone."
        )
    }

    /// Counts a CDR that no filter dropped.
    func count(_ cdr: CDR) {
        directions[cdr.direction]?.add()
        sources[cdr.decision.metadata.sourceType]?.add()
        destinations[cdr.decision.metadata.destinationType]?.add()
        if !cdr.knowsContext { withoutContext.add() }
    }
}
