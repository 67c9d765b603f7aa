import Basics
import Delivery
import HTTP
import Recordings

/// Gives no answer to the first uploads, though they arrive, and notes under which ids all came.
final class LosingReceiver: RecordingsReceiver {
    private let inner: any RecordingsReceiver
    private let lost: Int
    private let seen = Lock<[String]>([])

    init(_ inner: any RecordingsReceiver, losing lost: Int) {
        self.inner = inner
        self.lost = lost
    }

    /// The recording_id of each attempt.
    var ids: [String] { seen.withLock { Array($0) } }

    func send(_ form: MultipartForm, idempotencyKey: String) async -> DeliveryOutcome {
        let id = form.fields.first { $0.name == "recording_id" }?.value ?? []
        let number = seen.withLock { seen in
            seen.append(id[...].text)
            return seen.count
        }
        let outcome = await inner.send(form, idempotencyKey: idempotencyKey)
        return number <= lost ? .failed("no answer") : outcome
    }
}
