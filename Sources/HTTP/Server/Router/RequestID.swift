import Basics

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
            let number = Self.count.withLock { count in
                count &+= 1
                return count
            }
            description = Self.process + Self.digits(number)
        }
    }

    private static let process = digits(UInt64.random(in: .min ... .max))
    private static let count = Lock<UInt64>(0)

    private static func digits(_ number: UInt64) -> String {
        let bytes = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }
        return String(decoding: ASCII.hexadecimal(bytes), as: UTF8.self)
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
