import Basics

extension Connection {
    /// What one run of the connection holds on its thread.
    struct Session {
        var decoder = MessageDecoder(expectsGreeting: true)
        var actions: [String: Int] = [:]
        private let wanted: [EventLine]
        private let handover: Client.Handover
        private var batch: EventBatch?
        private(set) var deadline: ContinuousClock.Instant?
        private var skipped = 0
        var reads = ReceiptRules()
        private var receipt = Receipt(at: Timestamp(seconds: 0))

        init(wanted: [EventLine], handover: Client.Handover) {
            self.wanted = wanted
            self.handover = handover
        }

        var isFull: Bool {
            guard let batch else { return false }
            return batch.count >= handover.events || batch.byteCount >= handover.bytes
        }

        func isDue(at now: ContinuousClock.Instant) -> Bool { deadline.map { now >= $0 } ?? false }

        func isWanted(_ frame: Bytes) -> Bool { wanted.contains { $0.matches(frame) } }

        /// What is taken from now on was read at `now`.
        mutating func didRead(at now: ContinuousClock.Instant) { receipt = reads.receipt(at: .now(), now) }

        mutating func append(_ frame: Bytes) {
            if batch == nil {
                batch = EventBatch(receipt)
                deadline = .now + handover.window
            }
            batch?.append(frame)
        }

        mutating func takeBatch() -> EventBatch? {
            defer {
                batch = nil
                deadline = nil
            }
            return batch
        }

        mutating func newlySkipped() -> Int {
            defer { skipped = decoder.skippedMessages }
            return decoder.skippedMessages - skipped
        }
    }
}
