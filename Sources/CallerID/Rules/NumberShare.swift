/// The numbers that one of several instances may give while they cannot agree: each number is in exactly one share.
struct NumberShare: Sendable, Equatable {
    /// The place of this instance among all of them, from 0.
    let rank: Int
    /// How many instances there are.
    let count: Int

    func contains(_ number: Digits) -> Bool {
        count < 2 || Int(Self.checksum(number.description.utf8)) % count == rank
    }

    /// CRC-32 as zlib and Ethernet have it.
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xedb8_8320 }
    }
}
