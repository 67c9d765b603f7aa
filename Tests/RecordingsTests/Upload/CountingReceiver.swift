import Basics
import Delivery
import HTTP
import Recordings

/// Counts how many uploads there are at once.
final class CountingReceiver: RecordingsReceiver {
    private let inner: any RecordingsReceiver
    private let counts = Lock((now: 0, most: 0))

    init(_ inner: any RecordingsReceiver) { self.inner = inner }

    var mostAtOnce: Int { counts.withLock { $0.most } }

    func send(_ form: MultipartForm, idempotencyKey: String) async -> DeliveryOutcome {
        counts.withLock { counts in
            counts.now += 1
            counts.most = max(counts.most, counts.now)
        }
        defer { counts.withLock { $0.now -= 1 } }
        return await inner.send(form, idempotencyKey: idempotencyKey)
    }
}
