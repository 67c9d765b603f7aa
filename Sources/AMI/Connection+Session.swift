import Basics

extension Connection {
    /// What one run of the connection holds on its thread.
    struct Session {
        var decoder = MessageDecoder(expectsGreeting: true)
        var actions: [String: Int] = [:]
        private let handover: AMIClient.Handover
        private var outlets: [Outlet] = []
        /// When the first event came that was not handed over, and the time for that.
        private(set) var deadline: ContinuousClock.Instant?
        /// Whether a batch has what one hand-over takes.
        private(set) var isFull = false
        private var skipped = 0
        /// When the message came of which the end has not come yet.
        private var unfinishedSince: Timestamp?
        var reads = ReceiptRules()
        private(set) var continuity = Continuity(at: .now(), .now)
        private var watch = StandstillWatch(at: .now())
        private var receipt = Receipt(at: Timestamp(seconds: 0))
        /// Whether the login was accepted.
        var wasOnline = false

        init(handover: AMIClient.Handover) { self.handover = handover }

        /// Takes what comes from now on for these; events that wait for one that stays are kept.
        mutating func serve(_ subscriptions: [Subscription]) {
            outlets = subscriptions.map { subscription in
                outlets.first { $0.subscription.ring === subscription.ring } ?? Outlet(subscription: subscription)
            }
        }

        /// Whether a consumer is far behind.
        var isCrowded: Bool { outlets.contains { $0.subscription.ring.isCrowded } }

        func isDue(at now: ContinuousClock.Instant) -> Bool { deadline.map { now >= $0 } ?? false }

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
            deadline == nil && decoder.unfinishedBytes == 0 && wasOnline ? continuity.completeUntil : nil
        }

        /// A message was taken whole: what follows is another one.
        mutating func messageEnded() { unfinishedSince = nil }

        /// All messages of a read were taken; what is left has begun by now.
        mutating func allWasTaken() {
            if decoder.unfinishedBytes > 0, unfinishedSince == nil { unfinishedSince = receipt.at }
        }

        /// Keeps an event for each subscription that wants it; false when none does.
        mutating func append(_ frame: Bytes) -> Bool {
            var isWanted = false
            // In place: a copy of an outlet would count the references of all that it holds, for each event.
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

        /// What waits for each subscription, to be handed over.
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

        /// How many messages were skipped since the last call, and since when they came.
        mutating func newlySkipped() -> (count: Int, since: Timestamp)? {
            guard decoder.skippedMessages > skipped else { return nil }
            defer { skipped = decoder.skippedMessages }
            return (decoder.skippedMessages - skipped, unfinishedSince ?? receipt.at)
        }
    }

    /// The events that wait for one subscription.
    private struct Outlet {
        enum Outcome { case ignored, kept, full }

        let subscription: Subscription
        var batch: EventBatch?

        /// Keeps an event that the subscription wants; `full` when its batch has what one hand-over takes.
        mutating func take(_ frame: Bytes, _ receipt: Receipt, upTo handover: AMIClient.Handover) -> Outcome {
            guard subscription.wants(frame) else { return .ignored }
            if batch == nil { batch = EventBatch(receipt) }
            batch?.append(frame)
            let (count, bytes) = (batch?.count ?? 0, batch?.byteCount ?? 0)
            return count >= handover.events || bytes >= handover.bytes ? .full : .kept
        }
    }
}
