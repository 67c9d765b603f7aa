/// The name of an agent or a campaign, without characters that have a meaning elsewhere.
package enum PartyName {
    /// The longest name, in bytes.
    package static let limit = 100

    /// Returns `text` with only letters, digits, `_`, `-`, `.`, `@`, `+` and blanks.
    ///
    /// - Returns: `nil` when it is empty before or after that, longer than 100 bytes, or has control characters.
    package static func cleaned(_ text: String) -> String? {
        guard !text.isEmpty, text.utf8.count <= limit else { return nil }
        if isClean(text) { return text }
        var cleaned = ""
        for scalar in text.unicodeScalars {
            guard scalar.value >= 32, !(127...159).contains(scalar.value) else { return nil }
            if isKept(scalar) { cleaned.unicodeScalars.append(scalar) }
        }
        return cleaned.allSatisfy { $0 == " " } ? nil : cleaned
    }

    /// Whether a text certainly stays as it is: it begins with a letter or a digit, and all of it is kept.
    private static func isClean(_ text: String) -> Bool {
        var isFirst = true
        return text.utf8.allSatisfy { byte in
            defer { isFirst = false }
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): return true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): return true
            case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: " "): return !isFirst
            default: return false
            }
        }
    }

    private static func isKept(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "@", "+", " ": true
        default: !scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal)
        }
    }
}
