import Basics

/// Up to 15 decimal digits in eight bytes, with their leading zeros: a telephone number, or the start of one.
///
/// 15 digits are the most that E.164 allows. Tens of thousands of them are compared and hashed, so they are no text.
package struct Digits: Sendable, Hashable, CustomStringConvertible {
    /// The count in the lowest four bits, the value above them.
    private let packed: UInt64

    /// The longest sequence.
    package static let limit = 15

    /// The sequence without any digit.
    package static let none = Digits(value: 0, count: 0)

    private init(value: UInt64, count: Int) { packed = value << 4 | UInt64(truncatingIfNeeded: count) }

    /// - Returns: `nil` when `text` holds anything but digits, or more than 15.
    package init?(_ text: some StringProtocol) { self.init(text.utf8) }

    /// - Returns: `nil` when the text has anything but digits, or more than 15.
    package init?(_ text: some Sequence<UInt8>) {
        var value: UInt64 = 0
        var count = 0
        for byte in text {
            guard byte &- 48 < 10, count < Self.limit else { return nil }
            value = value &* 10 &+ UInt64(byte &- 48)
            count += 1
        }
        self.init(value: value, count: count)
    }

    package var count: Int { Int(packed & 15) }

    package var isEmpty: Bool { count == 0 }

    /// The first `length` digits, all of them when there are not as many.
    package func prefix(_ length: Int) -> Digits {
        let length = max(length, 0)
        guard length < count else { return self }
        var value = packed >> 4
        for _ in 0..<count - length { value /= 10 }
        return Digits(value: value, count: length)
    }

    package var description: String {
        unsafe String(unsafeUninitializedCapacity: Self.limit) { bytes in
            var rest = packed >> 4
            for index in stride(from: count - 1, through: 0, by: -1) {
                unsafe bytes[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            return count
        }
    }

    /// Appends the digits as text.
    package func append(to bytes: inout [UInt8]) { if !isEmpty { bytes.appendDecimal(Int(packed >> 4), width: count) } }
}
