import Basics

extension Connection {
    /// What one run of the connection holds on its thread.
    struct Session {
        var decoder = MessageDecoder(expectsGreeting: true)
        var actions: [String: Int] = [:]
        private let wanted: [EventLine]
        private let handover: AMIClient.Handover
        private var batch: EventBatch?
        private(set) var deadline: ContinuousClock.Instant?
        private var skipped = 0
        /// When the message came of which the end has not come yet.
        private var unfinishedSince: Timestamp?
        var reads = ReceiptRules()
        private(set) var continuity = Continuity(at: .now(), .now)
        private var watch = StandstillWatch(at: .now())
        private var receipt = Receipt(at: Timestamp(seconds: 0))
        /// Whether the login was accepted.
        var wasOnline = false

        init(wanted: [EventLine], handover: AMIClient.Handover) {
            self.wanted = wanted
            self.handover = handover
        }

        var isFull: Bool {
            guard let batch else { return false }
            return batch.count >= handover.events || batch.byteCount >= handover.bytes
        }

        func isDue(at now: ContinuousClock.Instant) -> Bool { deadline.map { now >= $0 } ?? false }

        func isWanted(_ frame: Bytes) -> Bool { wanted.contains { $0.matches(frame) } }

        /// The connection is made: what happened before has nothing to do with it.
        mutating func connected() {
            continuity = Continuity(at: .now(), .now)
            didWait()
        }

        /// What is taken from now on was read at `now`.
        mutating func didRead(at now: ContinuousClock.Instant) {
            receipt = reads.receipt(at: .now(), now)
            continuity.heard(receipt)
        }

        /// So many bytes were read without a wait.
        mutating func tookTurn(of bytes: Int, at now: ContinuousClock.Instant) {
            continuity.read(bytes, after: reads.delay(at: now), at: now)
        }

        /// Whether this process or machine stood still since the last look.
        mutating func standstill() -> Standstill? {
            guard let standstill = watch.look(at: .now()) else { return nil }
            let now = ContinuousClock.now
            reads.stoodStill(until: now)
            continuity.stoodStill(until: now)
            return standstill
        }

        /// It waited for the peer, and did not stand still.
        mutating func didWait() { watch = StandstillWatch(at: .now()) }

        /// Up to when all was read and handed over; `nil` while something is under way.
        var completeUntil: Timestamp? {
            batch == nil && decoder.unfinishedBytes == 0 && wasOnline ? continuity.completeUntil : nil
        }

        /// A message was taken whole: what follows is another one.
        mutating func messageEnded() { unfinishedSince = nil }

        /// All messages of a read were taken; what is left has begun by now.
        mutating func allWasTaken() {
            if decoder.unfinishedBytes > 0, unfinishedSince == nil { unfinishedSince = receipt.at }
        }

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

        /// How many messages were skipped since the last call, and since when they came.
        mutating func newlySkipped() -> (count: Int, since: Timestamp)? {
            guard decoder.skippedMessages > skipped else { return nil }
            defer { skipped = decoder.skippedMessages }
            return (decoder.skippedMessages - skipped, unfinishedSince ?? receipt.at)
        }
    }
}
