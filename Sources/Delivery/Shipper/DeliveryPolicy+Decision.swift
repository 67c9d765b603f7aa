package import Basics

extension DeliveryPolicy {
    /// Facts about a request that was sent.
    package struct Sent: Sendable {
        package var records: Int
        /// The size of the body before compression.
        package var bytes: Int
        package var isGzip: Bool
        /// The Idempotency-Key of its batch.
        package var batch: String
        /// When it was sent, by the wall clock.
        package var sentAt: Timestamp

        package init(
            records: Int,
            bytes: Int,
            isGzip: Bool,
            batch: String = "",
            sentAt: Timestamp = Timestamp(seconds: 0)
        ) {
            self.records = records
            self.bytes = bytes
            self.isGzip = isGzip
            self.batch = batch
            self.sentAt = sentAt
        }
    }

    /// What happens to the records of a request.
    package enum Step: Sendable, Equatable {
        /// They leave the spool; according to the API, `shortfall` of them were not queued.
        case acknowledge(shortfall: Int)
        /// The same records are sent again under the same key, as soon as the pace allows.
        case sendAgain
        /// The same, but not before this moment; other batches do not wait.
        case hold(until: ContinuousClock.Instant)
        /// Each half is sent under its own key.
        case split
        /// The only record becomes a dead letter.
        case moveToDeadLetters(Refusal)
        /// They stay unchanged.
        case keep
    }

    /// What to do, and what to log and count.
    package struct Decision: Sendable, Equatable {
        /// What happens to the records.
        package var step: Step
        /// Lines for the log.
        package var notices: [DeliveryNotice] = []
        /// Why the answer is suspect.
        package var suspicion: Suspicion.Kind?
        /// The reservation of a success.
        package var reservation: Acknowledgement.Reservation?
        /// Whether held batches may be tried at once, because this success ended a pause.
        package var endsPause = false
    }
}
