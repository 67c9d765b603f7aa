/// A 64-bit checksum against accidental damage; it does not protect against deliberate changes.
///
/// The value is the same on every machine. Each step is reversible, so a change in one place always changes the result;
/// changes in several places cancel each other out once in 2^64.
package struct Checksum: Sendable {
    private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

    package init() {}

    package var value: Int { Int(truncatingIfNeeded: state) }

    package mutating func add(_ number: Int) { mix(UInt64(bitPattern: Int64(number))) }

    /// Adds the bytes, eight at a time, and then their count.
    package mutating func add(_ bytes: [UInt8]) { add(unsafe bytes.span.bytes) }

    /// Adds the bytes as if they were an array.
    package mutating func add(_ bytes: Bytes) { add(unsafe bytes.span.bytes) }

    private mutating func add(_ raw: RawSpan) {
        var offset = 0
        while offset + 8 <= raw.byteCount {
            mix(UInt64(littleEndian: unsafe raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < raw.byteCount {
            rest = rest << 8 | UInt64(unsafe raw.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
            offset += 1
        }
        mix(rest)
        add(raw.byteCount)
    }

    private mutating func mix(_ word: UInt64) {
        state = (state ^ word) &* 0xbf58_476d_1ce4_e5b9
        state ^= state >> 31
    }
}
