import Basics
import HTTP
import Spool

/// Sends one batch and returns the outcome.
struct BatchSender: Sendable {
    /// The result of one request.
    struct Finished: Sendable {
        let batch: FrozenBatch
        let sent: DeliveryPolicy.Sent
        let outcome: DeliveryOutcome
        let duration: Duration
    }

    let receiver: any RecordsReceiver

    /// - Parameter compressing: whether a body over 1 KiB is compressed.
    func send(_ batch: FrozenBatch, compressing: Bool) async -> Finished {
        let plain = RequestBody.encoded(batch)
        // Sends the plain body when there is no memory for compression.
        let compressed = compressing && plain.count > 1024 ? try? Gzip.compress(plain) : nil
        let isGzip = compressed != nil
        let request = RecordsRequest(
            body: compressed ?? plain,
            isGzip: isGzip,
            idempotencyKey: batch.idempotencyKey
        )
        let sent = DeliveryPolicy.Sent(
            records: batch.records.count,
            bytes: plain.count,
            isGzip: isGzip,
            batch: batch.idempotencyKey,
            sentAt: .now()
        )
        let start = ContinuousClock.now
        let outcome = await receiver.send(request)
        return Finished(batch: batch, sent: sent, outcome: outcome, duration: .now - start)
    }
}
