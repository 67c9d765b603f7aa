/// Removes our secrets from text that others wrote: some peers send back what they received, with the key in it.
package struct Redaction: Sendable {
    /// The longest first, so that no secret is replaced in part only.
    private let needles: [[UInt8]]
    /// The secrets themselves, not encoded.
    private let whole: Set<[UInt8]>
    /// Shorter secrets are searched for only in text of others: in our own, they could be a part of any word.
    private static let shortestPart = 8
    private static let asterisks = Array("********".utf8)

    /// - Parameter secrets: empty ones are ignored.
    package init(_ secrets: [Secret]) {
        whole = Set(secrets.filter { !$0.revealed.isEmpty }.map { Array($0.revealed.utf8) })
        needles = Set(secrets.filter { !$0.revealed.isEmpty }.flatMap { Self.forms(of: $0) })
            .sorted { $0.count > $1.count }
    }

    /// The secret as it is, as inside a JSON string, and in Base64 as in a login header.
    private static func forms(of secret: Secret) -> [[UInt8]] {
        var json = JSONWriter()
        json.string(secret.revealed)
        let plain = Array(secret.revealed.utf8)
        return [plain, Array(json.bytes.dropFirst().dropLast()), Array(Base64.encoded(plain).utf8)]
    }

    /// The bytes with asterisks in place of each secret.
    package func applied(to bytes: [UInt8]) -> [UInt8] { Self.replacing(needles, in: bytes) }

    private static func replacing(_ needles: [[UInt8]], in bytes: [UInt8]) -> [UInt8] {
        needles.reduce(bytes) { text, needle in
            guard text.contains(needle) else { return text }
            return Array(
                text.split(separator: needle, omittingEmptySubsequences: false).joined(separator: asterisks)
            )
        }
    }

    /// A text of our own, such as the value of a setting, in a form that anybody may see.
    ///
    /// Asterisks replace a text that is a secret, and each secret of eight bytes or more inside it: people give two
    /// settings the same value, or paste a key into an address.
    package func shown(_ text: String) -> String {
        guard !whole.isEmpty else { return text }
        let bytes = Array(text.utf8)
        if whole.contains(bytes) { return Self.asterisks[...].text }
        return Self.replacing(needles.filter { $0.count >= Self.shortestPart }, in: bytes)[...].text
    }

    package func applied(to text: String) -> String { applied(to: Array(text.utf8))[...].text }
}
