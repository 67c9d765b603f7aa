import AMI
import Basics
import Testing

@Suite(.timeLimit(.minutes(5)))
struct EventRingTests {
    private func batch(_ events: Int, bytes: Int = 10) -> EventBatch {
        var batch = EventBatch(receivedAt: Timestamp(seconds: 1000))
        for _ in 0..<events { batch.append([UInt8](repeating: UInt8(ascii: "x"), count: bytes)[...]) }
        return batch
    }

    /// A delivery as a word.
    private func word(_ delivery: EventOrGap?) -> String {
        switch delivery {
        case .events(let batch): "\(batch.count) events"
        case .gap(let gap): "\(gap.cause.rawValue) \(gap.events)"
        case nil: "end"
        }
    }

    @Test func `while events are being lost, the gap and its number can be seen`() async {
        let ring = EventRing(capacity: 100)
        #expect(ring.lossUnderWay == nil)
        #expect(ring.append(batch(10)) == .accepted)
        #expect(ring.lossUnderWay == nil)
        #expect(ring.append(batch(1)) == .refused(isFirst: true))
        #expect(ring.append(batch(3)) == .refused(isFirst: false))
        #expect(ring.lossUnderWay?.cause == .overflow)
        #expect(ring.lossUnderWay?.events == 4)
        #expect(ring.lossUnderWay?.from == Timestamp(seconds: 1000))
        #expect(!ring.isEmpty && !ring.isIdle)
        #expect(word(await ring.next()) == "10 events")
        #expect(ring.append(batch(2)) == .accepted)
        #expect(ring.lossUnderWay == nil)
        #expect(word(await ring.next()) == "overflow 4")
        #expect(word(await ring.next()) == "2 events")
        #expect(ring.isEmpty)
    }

    @Test func `a loss is delivered once all before it was taken, also when nothing comes after it`() async {
        let ring = EventRing(capacity: 100)
        #expect(ring.append(batch(10)) == .accepted)
        #expect(ring.append(batch(5)) == .refused(isFirst: true))
        #expect(word(await ring.next()) == "10 events")
        #expect(word(await ring.next()) == "overflow 5")
        #expect(ring.isEmpty && ring.lossUnderWay == nil)
    }

    @Test func `a loss wakes a consumer that waits`() async {
        let ring = EventRing(capacity: 100)
        let waiting = Task { await ring.next() }
        while !ring.isIdle { await Task.yield() }
        #expect(ring.append(batch(20)) == .refused(isFirst: true))
        #expect(word(await waiting.value) == "overflow 20")
    }

    @Test func `a loss at the end is delivered before the end`() async {
        let ring = EventRing(capacity: 10)
        #expect(ring.append(batch(1)) == .accepted)
        #expect(ring.append(batch(1)) == .refused(isFirst: true))
        ring.finish()
        #expect(ring.append(batch(1)) == .refused(isFirst: true), "it came too late, and is lost")
        var words: [String] = []
        while let delivery = await ring.next() { words.append(word(delivery)) }
        #expect(words == ["1 events", "overflow 1", "overflow 1"])
    }

    @Test func `a consumer that wants no more gets the end, and what comes later is ignored`() async {
        let ring = EventRing(capacity: 20)
        #expect(ring.append(batch(2)) == .accepted)
        #expect(ring.append(batch(1)) == .refused(isFirst: true))
        let waiting = EventRing(capacity: 20)
        let end = Task { await waiting.next() }
        while !waiting.isIdle { await Task.yield() }
        for ring in [ring, waiting] {
            ring.cancel()
            #expect(ring.append(batch(1)) == .cancelled)
            ring.finish()
            #expect(ring.isEmpty && ring.bytes == 0 && ring.lossUnderWay == nil)
            #expect(word(await ring.next()) == "end")
        }
        #expect(word(await end.value) == "end")
    }
}
