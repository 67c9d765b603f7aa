import TestSupport
import Testing

@testable import HTTP

struct OutgoingQueueTests {
    private func frame(_ byte: UInt8, _ count: Int = 4, key: String? = nil) -> SharedFrame {
        SharedFrame([UInt8](repeating: byte, count: count), key: key)
    }

    /// What a client gets that reads `piece` bytes at a time.
    private func read(_ queue: inout OutgoingQueue, by piece: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while !queue.isEmpty {
            let (frames, offset) = queue.next(3)
            let part = frames.flatMap(\.bytes).dropFirst(offset).prefix(piece)
            bytes += part
            queue.advance(by: part.count)
        }
        return bytes
    }

    @Test(arguments: [1, 3, 4, 5, 100])
    func `frames come out in order, whatever is read at a time`(piece: Int) {
        var queue = OutgoingQueue()
        for byte in 0..<200 {
            let isTaken = queue.append(frame(UInt8(byte)))
            #expect(isTaken)
        }
        #expect(queue.count == 200 && queue.bytes == 800)
        #expect(read(&queue, by: piece) == (0..<200).flatMap { [UInt8](repeating: $0, count: 4) })
        #expect(queue.count == 0 && queue.bytes == 0)
    }

    @Test func `above 64 waiting frames, an older one of the same key goes`() {
        var queue = OutgoingQueue()
        for byte in 0..<64 { _ = queue.append(frame(UInt8(byte), key: "\(byte % 2)")) }
        #expect(queue.count == 64)
        _ = queue.append(frame(100, key: "1"))
        #expect(queue.count == 33)
        _ = queue.append(frame(101, key: "1"))
        #expect(queue.count == 34)
        let left = read(&queue, by: 4)
        #expect(left.count == 34 * 4 && left.suffix(8) == [100, 100, 100, 100, 101, 101, 101, 101])
        #expect(!left.contains(1) && left.contains(62))
    }

    @Test func `a frame that was sent in part is never dropped`() {
        var limits = OutgoingQueue.Limits()
        limits.replacingAbove = 0
        var queue = OutgoingQueue(limits: limits)
        _ = queue.append(frame(1, key: "a"))
        queue.advance(by: 2)
        _ = queue.append(frame(2, key: "a"))
        _ = queue.append(frame(3, key: "a"))
        #expect(queue.count == 2 && queue.bytes == 6)
        queue.dropUnsent()
        #expect(queue.count == 1 && queue.bytes == 2)
        queue.appendAnyway(frame(9))
        #expect(read(&queue, by: 1) == [1, 1, 9, 9, 9, 9])
    }

    @Test func `more than 256 frames or 1 MiB are too much`() {
        var queue = OutgoingQueue()
        let taken = (0..<257).map { _ in queue.append(frame(1)) }
        #expect(taken == [Bool](repeating: true, count: 256) + [false])
        queue.advance(by: 4)
        let again = (0..<2).map { _ in queue.append(frame(1)) }
        #expect(again == [true, false])
        var large = OutgoingQueue()
        let whole = [1 << 20, 1].map { large.append(frame(1, $0)) }
        large.advance(by: 10)
        let rest = [10, 1].map { large.append(frame(1, $0)) }
        #expect(whole == [true, false] && rest == [true, false])
    }

    @Test func `a hundred thousand frames pass through a short queue`() {
        var queue = OutgoingQueue()
        var sum = 0
        for number in 0..<100_000 {
            _ = queue.append(frame(UInt8(number % 251)))
            if number % 3 > 0 {
                sum += Int(queue.next(1).frames.first?.bytes[0] ?? 0)
                queue.advance(by: 4)
            }
            if queue.count > 100 { _ = read(&queue, by: 1000) }
        }
        #expect(sum > 0 && queue.count <= 101)
    }
}
