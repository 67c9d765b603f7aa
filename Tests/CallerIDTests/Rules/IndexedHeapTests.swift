import Basics
import Testing

@testable import CallerID

@Suite struct IndexedHeapTests {
    @Test(arguments: 0..<4) func `the first is always the least, whatever is inserted and removed`(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var heap = IndexedHeap()
        var positions = [Int32](repeating: -1, count: 64)
        var present: [Int32: Int64] = [:]
        for _ in 0..<2000 {
            let member = Int32(random.pick(0...63))
            if present[member] != nil {
                heap.remove(member, &positions)
                present[member] = nil
            } else {
                let key = Int64(random.pick(0...9))
                heap.insert(.init(key: key, id: Int64(100 - member), member: member), &positions)
                present[member] = key
            }
            let least = present.min { ($0.value, 100 - $0.key) < ($1.value, 100 - $1.key) }
            let isRight =
                heap.first?.member == least?.key && heap.count == present.count
                && (Int32(0)..<64).allSatisfy { (positions[Int($0)] >= 0) == (present[$0] != nil) }
            if !isRight { Issue.record("\(heap.entries), not \(present)") }
        }
    }
}
