/// What names one request in its answer and in the log: what the client or a proxy chose, or 32 hexadecimal digits.
package struct RequestID: Sendable, Equatable, CustomStringConvertible {
    static let header = "X-Request-Id"

    package let description: String

    /// - Parameter given: the value of the header; used when it has 1 to 64 of `A-Z a-z 0-9 . _ -`.
    package init(given: String?) {
        if let given, Self.isSane(given) {
            description = given
        } else {
            var generator = SystemRandomNumberGenerator()
            let digits = [generator.next(), generator.next()].map { (word: UInt64) in
                let text = String(word, radix: 16)
                return String(repeating: "0", count: 16 - text.utf8.count) + text
            }
            description = digits.joined()
        }
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
