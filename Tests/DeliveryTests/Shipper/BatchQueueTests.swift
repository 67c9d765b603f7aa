import Basics
import Delivery
import Spool
import Testing

struct BatchQueueTests {
    private let now = ContinuousClock.now

    /// A batch of records, given by their numbers and calls.
    private func batch(_ id: Int, _ records: [(Int, Int)]) -> FrozenBatch {
        FrozenBatch(
            id: id,
            idempotencyKey: "\(id)",
            records: records.map { sequence, call in
                StoredRecord(
                    sequence: sequence,
                    id: [],
                    kind: .cdr,
                    call: call,
                    receivedAt: Timestamp(seconds: 0),
                    body: []
                )
            }
        )
    }

    private func allStarted(_ queue: inout BatchQueue) -> [Int] {
        var ids: [Int] = []
        while let batch = queue.startEarliest(at: now) { ids.append(batch.id) }
        return ids
    }

    @Test func `the earliest goes first, whatever its number`() {
        var queue = BatchQueue()
        queue.add(batch(3, [(30, 3)]))
        queue.add(batch(5, [(10, 1), (40, 4)]))
        queue.add(batch(4, [(20, 2)]))
        #expect(allStarted(&queue) == [5, 4, 3])
        #expect(queue.inFlight == 3 && queue.pending.isEmpty)
    }

    @Test func `what was put back goes before later ones`() throws {
        var queue = BatchQueue()
        for id in 1...3 { queue.add(batch(id, [(id, id)])) }
        let firstFound = queue.startEarliest(at: now)
        let first = try #require(firstFound)
        queue.putBack(first)
        #expect(queue.pending.map(\.id) == [1, 2, 3])
        #expect(queue.inFlight == 0)
    }

    @Test func `the halves of a batch that share a call go one after the other`() throws {
        var queue = BatchQueue()
        let whole = batch(1, [(1, 7), (2, 8), (3, 7), (4, 9)])
        queue.start(whole, isLive: false)
        queue.finish(whole, replacedBy: [batch(2, [(1, 7), (2, 8)]), batch(3, [(3, 7), (4, 9)])])
        queue.add(batch(4, [(5, 5)]))
        let firstFound = queue.startEarliest(at: now)
        let first = try #require(firstFound)
        #expect(first.id == 2)
        #expect(queue.startEarliest(at: now)?.id == 4, "it has no call of theirs")
        #expect(queue.startEarliest(at: now) == nil)
        #expect(!queue.canStart(at: now) && !queue.pending.isEmpty)
        queue.putBack(first)
        #expect(queue.canStart(at: now))
        #expect(queue.startEarliest(at: now)?.id == 2, "still before its other half")
        queue.finish(first)
        #expect(queue.startEarliest(at: now)?.id == 3)
    }

    @Test func `a pending batch keeps back later ones of its calls although it cannot start itself`() {
        var queue = BatchQueue()
        queue.start(batch(1, [(1, 1)]), isLive: false)
        queue.add(batch(2, [(2, 1), (3, 2)]))
        queue.add(batch(3, [(4, 2)]))
        #expect(queue.startEarliest(at: now) == nil)
    }

    @Test func `a call is busy as long as any batch has it`() {
        var queue = BatchQueue()
        let whole = batch(1, [(1, 7), (2, 7), (3, 9)])
        queue.start(whole, isLive: false)
        let parts = [batch(2, [(1, 7)]), batch(3, [(2, 7), (3, 9)])]
        queue.finish(whole, replacedBy: parts)
        #expect(queue.busy == [7, 9])
        for (part, busy) in zip(parts, [[7, 9], []] as [Set<Int>]) {
            #expect(queue.startEarliest(at: now)?.id == part.id)
            queue.finish(part)
            #expect(queue.busy == busy)
        }
    }

    @Test func `probes take each batch in turn, but none before its time`() throws {
        var queue = BatchQueue()
        queue.add(batch(1, [(1, 1)]))
        queue.add(batch(2, [(2, 1)]))
        queue.add(batch(3, [(3, 3)]))
        queue.add(batch(4, [(4, 4)]))
        var probed: [Int] = []
        for _ in 1...5 {
            let probeFound = queue.startProbe(at: now)
            let probe = try #require(probeFound)
            probed.append(probe.id)
            queue.putBack(probe)
        }
        #expect(probed == [1, 3, 4, 1, 3])
    }

    @Test func `it knows which of those in flight overtook others`() {
        var queue = BatchQueue()
        let live = batch(1, [(1, 1)])
        queue.start(live, isLive: true)
        queue.start(batch(2, [(2, 2)]), isLive: false)
        #expect(queue.liveInFlight == 1)
        queue.putBack(live)
        #expect(queue.liveInFlight == 0 && queue.inFlight == 1)
    }

    @Test func `what is held back keeps its own calls back, and no others`() throws {
        var queue = BatchQueue()
        let held = batch(1, [(1, 1)])
        queue.start(held, isLive: false)
        queue.putBack(held, holdingUntil: now + .seconds(10))
        queue.add(batch(2, [(2, 1)]))
        queue.add(batch(3, [(3, 3)]))
        #expect(queue.heldCount == 1 && queue.nextRelease(after: now) == now + .seconds(10))
        #expect(allStarted(&queue) == [3], "2 has a call of the one held back")
        #expect(queue.busy == [1, 3])
        #expect(!queue.canStart(at: now + .seconds(9)) && queue.canStart(at: now + .seconds(10)))
        #expect(queue.startEarliest(at: now + .seconds(10))?.id == 1)
        #expect(queue.heldCount == 0 && queue.nextRelease(after: now) == nil)
    }

    @Test func `short holds end at once when they are released, long ones do not`() {
        var queue = BatchQueue()
        for (id, seconds) in [(1, 300), (2, 3600)] {
            queue.start(batch(id, [(id, id)]), isLive: false)
            queue.putBack(batch(id, [(id, id)]), holdingUntil: now + .seconds(seconds))
        }
        queue.release(at: now, endingWithin: .seconds(1800))
        #expect(allStarted(&queue) == [1])
        #expect(queue.nextRelease(after: now) == now + .seconds(3600))
    }

    @Test func `what ends twice ends once`() {
        var queue = BatchQueue()
        let only = batch(1, [(1, 1)])
        queue.start(only, isLive: false)
        queue.finish(only)
        queue.finish(only)
        queue.putBack(only)
        #expect(queue.pending.isEmpty && queue.busy.isEmpty && queue.inFlight == 0)
    }
}
