package import Basics
import Daemon

/// The metrics of answers that are neither a clear success nor a clear failure.
package struct AnswerMetrics: Sendable {
    private let suspects: [Suspicion.Kind: Counter]
    private let lowCountsByStatus: Counter
    private let lowCountsAfterSilence: Counter
    private let held: Gauge

    package init(_ registry: Registry) {
        let prefix = Registry.prefix
        suspects = registry.counters(
            prefix + "api_suspect_answers_total",
            "Answers to requests of records that are no acknowledgement and no failure.",
            "reason",
            over: Suspicion.Kind.self
        )
        func accepted(_ reason: String) -> Counter {
            registry.counter(
                prefix + "api_low_counts_accepted_total",
                "Requests taken as delivered although the API says that it queued fewer than were sent.",
                [("reason", reason)]
            )
        }
        lowCountsByStatus = accepted("api_ack")
        lowCountsAfterSilence = accepted("unanswered")
        held = registry.gauge(
            prefix + "api_held_batches",
            "Batches that wait by themselves after suspect answers, while others go on."
        )
    }

    /// Counts a suspect answer or a success with a reservation.
    package func decided(_ suspicion: Suspicion.Kind?, _ reservation: Acknowledgement.Reservation?) {
        if let suspicion { suspects[suspicion]?.add() }
        switch reservation {
        case .lowCountByStatus: lowCountsByStatus.add()
        case .lowCountAfterSilence: lowCountsAfterSilence.add()
        case .incomplete, nil: break
        }
    }

    func delivery(_ report: DeliveryReport) { held.value = Double(report.heldBatches) }
}
