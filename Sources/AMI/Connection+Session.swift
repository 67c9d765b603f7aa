import Basics

extension Connection {
    /// The state of one run of the connection, used on its thread.
    struct Session {
        var decoder = MessageDecoder(expectsGreeting: true)
        var actions: [String: Int] = [:]
        private let handover: AMIClient.Handover
        private var outlets: [Outlet] = []
        /// When the events that wait must be handed over: the arrival of the first one plus the window.
        private(set) var deadline: ContinuousClock.Instant?
        /// Whether a batch has reached a limit of one hand-over.
        private(set) var isFull = false
        private var skipped = 0
        /// When the message that has not ended yet began to arrive.
        private var unfinishedSince: Timestamp?
        var reads = ReceiptRules()
        private(set) var continuity = Continuity(at: .now(), .now)
        private var watch = StandstillWatch(at: .now())
        private var receipt = Receipt(at: Timestamp(seconds: 0))
        /// Whether the login was accepted.
        var wasOnline = false

        init(handover: AMIClient.Handover) { self.handover = handover }

        /// Serves these subscriptions from now on; waiting events of a subscription that stays are kept.
        mutating func serve(_ subscriptions: [Subscription]) {
            outlets = subscriptions.map { subscription in
                outlets.first { $0.subscription.ring === subscription.ring } ?? Outlet(subscription: subscription)
            }
        }

        /// Whether a consumer is far behind.
        var isCrowded: Bool { outlets.contains { $0.subscription.ring.isCrowded } }

        func isDue(at now: ContinuousClock.Instant) -> Bool { deadline.map { now >= $0 } ?? false }

        /// The connection is established: what happened before does not concern it.
        mutating func connected() {
            continuity = Continuity(at: .now(), .now)
            didWait()
        }

        /// The messages decoded from now on were read at `now`.
        mutating func didRead(at now: ContinuousClock.Instant) {
            receipt = reads.receipt(at: .now(), now)
            continuity.update(with: receipt)
        }

        /// This number of bytes was read without waiting.
        mutating func tookTurn(of bytes: Int, at now: ContinuousClock.Instant) {
            continuity.read(bytes, after: reads.delay(at: now), at: now)
        }

        /// The standstill of this process or machine since the last check, if there was one.
        mutating func standstill() -> Standstill? {
            guard let standstill = watch.check(at: .now()) else { return nil }
            let now = ContinuousClock.now
            reads.stoodStill(until: now)
            continuity.stoodStill(until: now)
            return standstill
        }

        /// The reader waited for the peer, which does not count as a standstill.
        mutating func didWait() { watch = StandstillWatch(at: .now()) }

        /// The time up to which everything was read and handed over; `nil` while events or bytes are pending.
        var completeUntil: Timestamp? {
            deadline == nil && decoder.unfinishedBytes == 0 && wasOnline ? continuity.completeUntil : nil
        }

        /// A message was decoded to its end: the next bytes belong to another one.
        mutating func messageEnded() { unfinishedSince = nil }

        /// All messages of a read were decoded; the rest belongs to a message that has begun.
        mutating func allWasTaken() {
            if decoder.unfinishedBytes > 0, unfinishedSince == nil { unfinishedSince = receipt.at }
        }

        /// Keeps an event for each subscription that wants it; false when none does.
        mutating func append(_ frame: Bytes) -> Bool {
            var isWanted = false
            // In place: a copy of an outlet would retain everything it holds, for each event.
            for index in outlets.indices {
                switch outlets[index].take(frame, receipt, upTo: handover) {
                case .ignored: break
                case .kept: isWanted = true
                case .full: (isWanted, isFull) = (true, true)
                }
            }
            if isWanted, deadline == nil { deadline = .now + handover.window }
            return isWanted
        }

        /// The waiting events of each subscription, to be handed over.
        mutating func takeBatches() -> [(ring: EventRing, batch: EventBatch)] {
            (deadline, isFull) = (nil, false)
            var batches: [(ring: EventRing, batch: EventBatch)] = []
            for index in outlets.indices {
                guard let batch = outlets[index].batch else { continue }
                outlets[index].batch = nil
                batches.append((outlets[index].subscription.ring, batch))
            }
            return batches
        }

        /// How many messages were skipped since the last call, and since when they arrived; `nil` when there are none.
        mutating func newlySkipped() -> (count: Int, since: Timestamp)? {
            guard decoder.skippedMessages > skipped else { return nil }
            defer { skipped = decoder.skippedMessages }
            return (decoder.skippedMessages - skipped, unfinishedSince ?? receipt.at)
        }
    }

    /// The waiting events of one subscription.
    private struct Outlet {
        enum Outcome { case ignored, kept, full }

        let subscription: Subscription
        var batch: EventBatch?

        /// Keeps an event that the subscription wants; `full` when its batch has reached a limit of one hand-over.
        mutating func take(_ frame: Bytes, _ receipt: Receipt, upTo handover: AMIClient.Handover) -> Outcome {
            guard subscription.wants(frame) else { return .ignored }
            if batch == nil { batch = EventBatch(receipt) }
            batch?.append(frame)
            let (count, bytes) = (batch?.count ?? 0, batch?.byteCount ?? 0)
            return count >= handover.events || bytes >= handover.bytes ? .full : .kept
        }
    }
}
