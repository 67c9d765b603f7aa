/// Takes our secrets out of what others wrote: there are peers that send back what they got, with the key in it.
package struct Redaction: Sendable {
    /// The longest first, so that none is left half.
    private let needles: [[UInt8]]
    private static let asterisks = Array("********".utf8)

    /// - Parameter secrets: empty ones do not count.
    package init(_ secrets: [Secret]) {
        needles = Set(secrets.filter { !$0.revealed.isEmpty }.flatMap { Self.forms(of: $0) })
            .sorted { $0.count > $1.count }
    }

    /// As it is, inside a JSON string, and as a header for a login has it.
    private static func forms(of secret: Secret) -> [[UInt8]] {
        var json = JSONWriter()
        json.string(secret.revealed)
        let plain = Array(secret.revealed.utf8)
        return [plain, Array(json.bytes.dropFirst().dropLast()), Array(Base64.encoded(plain).utf8)]
    }

    /// The bytes with asterisks in the place of each secret.
    package func applied(to bytes: [UInt8]) -> [UInt8] {
        needles.reduce(bytes) { text, needle in
            guard text.contains(needle) else { return text }
            return Array(
                text.split(separator: needle, omittingEmptySubsequences: false).joined(separator: Self.asterisks)
            )
        }
    }

    package func applied(to text: String) -> String { applied(to: Array(text.utf8))[...].text }
}
