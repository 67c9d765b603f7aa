/// A slice of a larger buffer, such as a decoder returns; it shares the buffer, so taking one copies nothing.
package typealias Bytes = ArraySlice<UInt8>

extension Bytes {
    /// The text in these bytes; invalid UTF-8 becomes U+FFFD.
    package var text: String { String(decoding: self, as: UTF8.self) }

    /// Whether these are exactly the bytes of `text`.
    package func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return unsafe withUnsafeBufferPointer { bytes in
            unsafe bytes.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        }
    }

    /// Whether these are the letters of `text` (ASCII), in either case.
    package func equalsIgnoringCase(_ text: StaticString) -> Bool {
        ASCII.equalsIgnoringCase(span, from: 0, count: count, text)
    }

    /// Whether these bytes contain the letters of `text` (ASCII, not empty), in either case.
    package func containsIgnoringCase(_ text: StaticString) -> Bool {
        let span = span
        let length = text.utf8CodeUnitCount
        guard length > 0, length <= span.count else { return false }
        let first = ASCII.lowercased(unsafe text.utf8Start[0])
        for start in 0...span.count - length where ASCII.lowercased(span[start]) == first {
            if ASCII.equalsIgnoringCase(span, from: start, count: length, text) { return true }
        }
        return false
    }

    /// A number for these bytes that is the same on every run and every machine (FNV-1a, 64 bits).
    package var stableHash: Int {
        let span = span
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in 0..<span.count { hash = (hash ^ UInt64(span[index])) &* 0x100_0000_01b3 }
        return Int(bitPattern: UInt(hash))
    }

    /// The decimal integer in these bytes; `nil` when they contain anything else or it does not fit.
    package var integer: Int? {
        var digits = self
        let isNegative = digits.first == ASCII.minus
        if isNegative { digits = digits.dropFirst() }
        guard !digits.isEmpty, digits.count <= 19 else { return nil }
        var value = 0
        for byte in digits {
            guard ASCII.isDigit(byte) else { return nil }
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.addingReportingOverflow(Int(byte - ASCII.zero))
            guard !tooLarge, !overflow else { return nil }
            value = sum
        }
        return isNegative ? -value : value
    }
}
