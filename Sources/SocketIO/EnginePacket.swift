package import Basics

/// A packet of Engine.IO 4: a digit, and text behind it.
///
/// **Format.** Over WebSocket each packet is a frame of text; by polling several are joined by the byte 1e
/// (`EnginePayload`). Binary packets, frames of binary or `b` and Base64 in a payload, are refused.
package struct EnginePacket: Sendable, Equatable {
    package enum Kind: UInt8, Sendable, CaseIterable {
        case open = 0
        case close = 1
        case ping = 2
        case pong = 3
        case message = 4
        case upgrade = 5
        case noop = 6
    }

    package let kind: Kind
    /// UTF-8, without the byte 1e by polling.
    package let data: Bytes

    package init(_ kind: Kind, _ data: Bytes = []) {
        self.kind = kind
        self.data = data
    }

    /// Reads one packet.
    ///
    /// - Throws: `SocketIOFlaw.binary` for a binary packet, else `SocketIOFlaw.malformed`.
    package init(decoding bytes: Bytes) throws(SocketIOFlaw) {
        guard let first = bytes.first else { throw .malformed }
        if first == UInt8(ascii: "b") { throw .binary }
        guard first >= ASCII.zero, let kind = Kind(rawValue: first - ASCII.zero) else { throw .malformed }
        self.init(kind, bytes.dropFirst())
    }

    package var encoded: [UInt8] { [ASCII.zero + kind.rawValue] + data }
}

/// Several packets of Engine.IO in the body of a request or an answer.
package enum EnginePayload {
    package static let separator: UInt8 = 0x1e

    /// The most packets of a body: python-engineio refuses more.
    package static let limit = 16

    /// Reads the packets of a body.
    ///
    /// - Throws: for an empty body, more packets than `limit`, text that is not UTF-8, or a packet that is none.
    package static func packets(_ body: Bytes) throws(SocketIOFlaw) -> [EnginePacket] {
        guard String(validating: body, as: UTF8.self) != nil else { throw .malformed }
        let parts = body.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.count <= limit else { throw .malformed }
        var packets: [EnginePacket] = []
        for part in parts { packets.append(try EnginePacket(decoding: part)) }
        return packets
    }

    /// - Parameter packets: encoded ones.
    package static func body(_ packets: [[UInt8]]) -> [UInt8] { Array(packets.joined(separator: [separator])) }
}

/// Why what a client sends is refused.
package enum SocketIOFlaw: Error, Sendable, Equatable {
    /// Not a packet, or one that does not belong here.
    case malformed
    /// Binary data, which this server does not take.
    case binary
}
