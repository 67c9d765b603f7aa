/// A block of addresses in CIDR notation, or one address.
package struct IPNetwork: Sendable, Equatable, CustomStringConvertible {
    private let address: IPAddress
    private let prefixLength: Int

    /// Reads `192.0.2.0/24`, `2001:db8::/32` or an address; bits after the prefix are ignored.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = parts.first.flatMap({ IPAddress(String($0)) }) else { return nil }
        let bits = address.bytes.count * 8
        guard parts.count == 2 else {
            (self.address, prefixLength) = (address, bits)
            return
        }
        guard parts[1].utf8.allSatisfy(ASCII.isDigit), let length = Int(parts[1]), length <= bits else { return nil }
        (self.address, prefixLength) = (address, length)
    }

    package func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        let whole = prefixLength / 8
        guard other.bytes[..<whole] == address.bytes[..<whole] else { return false }
        let rest = prefixLength % 8
        return rest == 0 || (other.bytes[whole] ^ address.bytes[whole]) >> (8 - UInt8(rest)) == 0
    }

    package var description: String { "\(address)/\(prefixLength)" }
}
