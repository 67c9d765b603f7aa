import Basics
import Testing

struct ChecksumTests {
    private func sum(_ bytes: [UInt8]) -> Int {
        var sum = Checksum()
        sum.add(bytes)
        return sum.value
    }

    @Test(arguments: [1, 7, 8, 9, 16, 33])
    func `every bit counts`(length: Int) {
        let bytes = (0..<length).map { UInt8($0) }
        for bit in 0..<length * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(sum(changed) != sum(bytes), "bit \(bit)")
        }
    }

    @Test func `order and length count`() {
        #expect(sum([1, 2]) != sum([2, 1]))
        #expect(sum([0]) != sum([0, 0]))
        #expect(sum([]) != sum([0]))
    }

    @Test func `it is the same on every machine`() { #expect(sum(Array("asterisk".utf8)) == 2_824_496_724_791_369_205) }
}
