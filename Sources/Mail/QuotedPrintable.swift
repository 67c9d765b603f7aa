import Basics

/// Encodes text as quoted-printable (RFC 2045, 6.7).
package enum QuotedPrintable {
    private static let longestLine = 76

    /// UTF-8 in lines of at most 76 characters; lines end with LF.
    ///
    /// No line begins with `From ` or is a single dot, which mail servers change or take for the end. CR LF and CR are
    /// line ends as LF is.
    package static func encoded(_ text: String) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count + text.utf8.count / 8)
        var lineStart = 0
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let next = index + 1 < bytes.count ? bytes[index + 1] : nil
            index += 1
            if byte == ASCII.carriageReturn || byte == ASCII.newline {
                if byte == ASCII.carriageReturn, next == ASCII.newline { index += 1 }
                result.append(ASCII.newline)
                lineStart = result.count
                continue
            }
            let isLast = next == nil || next == ASCII.newline || next == ASCII.carriageReturn
            let isFirst = result.count == lineStart
            let isPlain =
                switch byte {
                case UInt8(ascii: "="): false
                case ASCII.space, UInt8(ascii: "\t"): !isLast
                case ASCII.dot: !isFirst
                case UInt8(ascii: "F"): !(isFirst && bytes[index...].starts(with: "rom ".utf8))
                default: (33...126).contains(byte)
                }
            // A line that goes on needs room for `=` at its end.
            let width = isPlain ? 1 : 3
            if result.count - lineStart + width > (isLast ? longestLine : longestLine - 1) {
                result += Array("=\n".utf8)
                lineStart = result.count
                index -= 1
                continue
            }
            if isPlain {
                result.append(byte)
            } else {
                result.append(UInt8(ascii: "="))
                result.append(digit(byte >> 4))
                result.append(digit(byte & 15))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 55 + value }
}
