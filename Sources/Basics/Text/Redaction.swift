/// Takes our secrets out of what others wrote: there are peers that send back what they got, with the key in it.
package struct Redaction: Sendable {
    /// The longest first, so that none is left half.
    private let needles: [[UInt8]]
    /// The secrets as they are.
    private let whole: Set<[UInt8]>
    /// Shorter ones are looked for in values of others only: they could be a part of any word.
    private static let shortestPart = 8
    private static let asterisks = Array("********".utf8)

    /// - Parameter secrets: empty ones do not count.
    package init(_ secrets: [Secret]) {
        whole = Set(secrets.filter { !$0.revealed.isEmpty }.map { Array($0.revealed.utf8) })
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
    package func applied(to bytes: [UInt8]) -> [UInt8] { Self.replacing(needles, in: bytes) }

    private static func replacing(_ needles: [[UInt8]], in bytes: [UInt8]) -> [UInt8] {
        needles.reduce(bytes) { text, needle in
            guard text.contains(needle) else { return text }
            return Array(
                text.split(separator: needle, omittingEmptySubsequences: false).joined(separator: asterisks)
            )
        }
    }

    /// A text of our own, such as the value of a setting, as anybody may see it.
    ///
    /// Asterisks stand for a text that is a secret, and for each secret of eight bytes or more inside of it: people give two
    /// settings the same value, or paste a key into an address.
    package func shown(_ text: String) -> String {
        guard !whole.isEmpty else { return text }
        let bytes = Array(text.utf8)
        if whole.contains(bytes) { return Self.asterisks[...].text }
        return Self.replacing(needles.filter { $0.count >= Self.shortestPart }, in: bytes)[...].text
    }

    package func applied(to text: String) -> String { applied(to: Array(text.utf8))[...].text }
}
