package import Basics

extension DeliveryPolicy {
    /// What a request carried.
    package struct Sent: Sendable {
        package var records: Int
        /// Of the records, not compressed.
        package var bytes: Int
        package var isGzip: Bool
        /// The Idempotency-Key of its batch.
        package var batch: String
        /// By the wall clock.
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
        /// They leave the spool; `shortfall` of them the API says it did not queue.
        case acknowledge(shortfall: Int)
        /// The same ones go again under the same key, as soon as the pace allows.
        case sendAgain
        /// The same, but not before this; other batches do not wait for it.
        case hold(until: ContinuousClock.Instant)
        /// Each half goes under a key of its own.
        case split
        case moveToDeadLetters(Refusal)
        /// They stay as they are.
        case keep
    }

    package struct Decision: Sendable, Equatable {
        package var step: Step
        package var notices: [DeliveryNotice] = []
        /// Why the answer is suspect.
        package var suspicion: Suspicion.Kind?
        /// What a success is counted for.
        package var reservation: Acknowledgement.Reservation?
        /// Whether what is held back may be tried at once, because nothing was taken before this success.
        package var endsPause = false
    }
}
