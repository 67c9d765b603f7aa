import Basics

/// Names of channels: `PJSIP/201-0000001f`, and `Local/201@from-queue-00000001;1`.
enum ChannelName {
    /// The name without the trailing number: `PJSIP/201`.
    static func endpoint(_ name: Bytes) -> [UInt8] {
        guard let minus = name.lastIndex(of: ASCII.minus) else { return Array(name) }
        return Array(name[..<minus])
    }

    /// The part that both halves of a Local channel share, up to the `;`; `nil` for any other channel.
    static func local(_ name: Bytes) -> [UInt8]? {
        guard name.prefix(6).equalsIgnoringCase("local/"), let end = name.lastIndex(of: semicolon) else { return nil }
        return Array(name[..<end])
    }

    /// Whether the name is of the half that runs the dialplan.
    static func isSecondHalf(_ name: Bytes) -> Bool { name.suffix(2).equals(";2") }

    private static let semicolon = UInt8(ascii: ";")
}
