package import Basics

/// Which names are extensions, and which extension a channel, device or queue member belongs to.
package struct LiveExtensions: Sendable {
    private let matches: @Sendable (Bytes) -> Bool

    /// - Parameter matches: whether a name is an extension; called for each new channel, device and member.
    package init(_ matches: @escaping @Sendable (Bytes) -> Bool) { self.matches = matches }

    /// Two to seven digits.
    package static let twoToSevenDigits = LiveExtensions { name in
        (2...7).contains(name.count) && name.allSatisfy(ASCII.isDigit)
    }

    func contains(_ name: Bytes) -> Bool { matches(name) }

    /// The extension in `TECH/EXT`, `TECH/EXT-…` or `Local/EXT@…`; empty when there is none.
    func of(_ name: Bytes) -> [UInt8] {
        guard let slash = name.firstIndex(of: UInt8(ascii: "/")) else { return [] }
        let rest = name[(slash + 1)...]
        let end = rest.firstIndex { Self.ends.contains($0) } ?? rest.endIndex
        let found = rest[..<end]
        return !found.isEmpty && matches(found) ? LiveText.kept(found) : []
    }

    private static let ends: [UInt8] = [ASCII.minus, UInt8(ascii: "@"), UInt8(ascii: "/"), UInt8(ascii: ";")]

    /// A number outside of the PBX: digits, perhaps after `+`, that are no extension.
    func isOutside(_ number: [UInt8]) -> Bool {
        let digits = number.first == UInt8(ascii: "+") ? number.dropFirst() : number[...]
        return !digits.isEmpty && digits.allSatisfy(ASCII.isDigit) && !matches(number[...])
    }
}
