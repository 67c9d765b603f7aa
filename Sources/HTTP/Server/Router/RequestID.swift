import Basics
import Synchronization

/// The identifier of one request in its answer and in the log: chosen by the client or a proxy, or 32 hexadecimal
/// digits, of which the first half identifies this process and the second half is a count.
package struct RequestID: Sendable, Equatable, CustomStringConvertible {
    static let header = "X-Request-Id"

    package let description: String

    /// - Parameter given: the value of the header; used when it has 1 to 64 of `A-Z a-z 0-9 . _ -`.
    package init(given: String?) {
        if let given, Self.isSane(given) {
            description = given
        } else {
            let number = Self.count.wrappingAdd(1, ordering: .relaxed).newValue
            description = unsafe String(unsafeUninitializedCapacity: 32) { bytes in
                for index in 0..<16 {
                    unsafe bytes[index] = Self.digit(Self.process, index)
                    unsafe bytes[index + 16] = Self.digit(number, index)
                }
                return 32
            }
        }
    }

    private static let process = UInt64.random(in: .min ... .max)
    private static let count = Atomic<UInt64>(0)

    /// One of the 16 hexadecimal digits of a number, from the highest.
    private static func digit(_ number: UInt64, _ index: Int) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: number >> UInt64(60 - index * 4)) & 15
        return value < 10 ? ASCII.zero + value : UInt8(ascii: "a") + value - 10
    }

    private static func isSane(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: ".-_".utf8.contains(byte)
                }
            }
    }
}
