import Basics

/// Values of headers as the model keeps them.
enum LiveText {
    /// The most bytes of a text that are kept.
    static let longest = 255

    /// What Asterisk writes for a value that it does not have counts as empty; longer text is cut.
    static func kept(_ value: Bytes?) -> [UInt8] {
        guard let value, !value.equals("<unknown>") else { return [] }
        return Array(value.prefix(longest))
    }

    /// Replaces `text` where `value` differs; nothing is copied where it does not.
    ///
    /// - Returns: whether it differed. A missing header changes nothing.
    static func set(_ text: inout [UInt8], _ value: Bytes?) -> Bool {
        guard let value else { return false }
        if text[...].isSame(as: value) { return false }
        let new = kept(value)
        guard new != text else { return false }
        text = new
        return true
    }

    /// The same for names of callers and lines, which Asterisk writes with the escapes of C.
    static func setEscaped(_ text: inout [UInt8], _ value: Bytes?) -> Bool {
        guard let value else { return false }
        if text[...].isSame(as: value) { return false }
        let new = value.contains(ASCII.backslash) ? unescaped(value.prefix(4 * longest)) : kept(value)
        guard new != text else { return false }
        text = new
        return true
    }

    private static func unescaped(_ value: Bytes) -> [UInt8] {
        var plain: [UInt8] = []
        var isEscaped = false
        for byte in value where plain.count < longest {
            if isEscaped {
                plain.append(meaning(of: byte))
                isEscaped = false
            } else if byte == ASCII.backslash {
                isEscaped = true
            } else {
                plain.append(byte)
            }
        }
        return plain
    }

    private static func meaning(of letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "a"): 7
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "t"): 9
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "v"): 11
        case UInt8(ascii: "f"): 12
        case UInt8(ascii: "r"): 13
        default: letter
        }
    }

    /// A number that cannot overflow what is done with it: 0 for anything malformed or negative, at most 2^40.
    static func number(_ value: Bytes?) -> Int { min(max(value?.integer ?? 0, 0), 1 << 40) }

    /// Seconds from `01:02:03`, or from a plain number; 0 when malformed.
    static func seconds(_ value: Bytes?) -> Int {
        guard let value else { return 0 }
        var total = 0
        for part in value.split(separator: ASCII.colon, maxSplits: 3, omittingEmptySubsequences: false) {
            total = min(total * 60 + number(part), 1 << 40)
        }
        return total
    }
}
