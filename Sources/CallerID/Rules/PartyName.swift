/// The name of an agent or a campaign, without characters that have a meaning elsewhere.
package enum PartyName {
    /// The longest name, in bytes.
    package static let limit = 100

    /// Returns `text` with only letters, digits, `_`, `-`, `.`, `@`, `+` and blanks.
    ///
    /// - Returns: `nil` when it is empty before or after that, longer than 100 bytes, or has control characters.
    package static func cleaned(_ text: String) -> String? {
        guard !text.isEmpty, text.utf8.count <= limit else { return nil }
        var cleaned = ""
        for scalar in text.unicodeScalars {
            guard scalar.value >= 32, !(127...159).contains(scalar.value) else { return nil }
            if isKept(scalar) { cleaned.unicodeScalars.append(scalar) }
        }
        return cleaned.allSatisfy { $0 == " " } ? nil : cleaned
    }

    private static func isKept(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "@", "+", " ": true
        default: !scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal)
        }
    }
}
