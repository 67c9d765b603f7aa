/// Random numbers from a seed: equal seeds give equal numbers, on every machine.
///
/// Steele, Lea and Flood's SplitMix64 ("Fast splittable pseudorandom number generators", 2014). Not for secrets.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    /// Seeded by the system, so that each run gets different numbers.
    package init() { self.init(seed: .random(in: .min ... .max)) }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    /// A whole number in `range`, close enough to a uniform distribution for a simulation.
    package mutating func pick(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// True once in `number` times on average.
    package mutating func happens(onceIn number: Int) -> Bool { pick(1...number) == 1 }
}
