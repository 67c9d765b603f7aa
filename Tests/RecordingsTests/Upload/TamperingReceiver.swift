import Basics
import Delivery
import HTTP
import Recordings

/// Does something to the file of the first upload, before or after the API gets it.
final class TamperingReceiver: RecordingsReceiver {
    private let inner: any RecordingsReceiver
    private let before: @Sendable () -> Void
    private let after: @Sendable () -> Void
    private let isDone = Lock(false)

    init(
        _ inner: any RecordingsReceiver,
        before: @escaping @Sendable () -> Void = {},
        after: @escaping @Sendable () -> Void = {}
    ) {
        self.inner = inner
        self.before = before
        self.after = after
    }

    func send(_ form: MultipartForm, idempotencyKey: String) async -> DeliveryOutcome {
        let isFirst = isDone.withLock { isDone in
            defer { isDone = true }
            return !isDone
        }
        if isFirst { before() }
        let outcome = await inner.send(form, idempotencyKey: idempotencyKey)
        if isFirst { after() }
        return outcome
    }
}
