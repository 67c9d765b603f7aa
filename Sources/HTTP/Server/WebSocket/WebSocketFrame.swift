package import Basics

/// The frames that a server sends: whole and without a mask (RFC 6455, section 5.2).
package enum WebSocketFrame {
    /// - Parameter payload: UTF-8.
    package static func text(_ payload: Bytes) -> [UInt8] { frame(0x81, payload) }

    package static func binary(_ payload: Bytes) -> [UInt8] { frame(0x82, payload) }

    /// - Parameter payload: at most 125 bytes count.
    package static func pong(_ payload: Bytes) -> [UInt8] { frame(0x8a, payload.prefix(125)) }

    package static let ping: [UInt8] = frame(0x89, [])

    /// - Parameters:
    ///   - code: `nil`, and codes that are never sent, make a frame without a code.
    ///   - reason: at most 123 bytes of UTF-8 count.
    package static func close(_ code: WebSocketCode?, _ reason: String = "") -> [UInt8] {
        guard let code, code.isSendable else { return frame(0x88, []) }
        var text = reason
        while text.utf8.count > 123 { text.removeLast() }
        let payload = [UInt8(code.rawValue >> 8), UInt8(code.rawValue & 0xff)] + Array(text.utf8)
        return frame(0x88, payload[...])
    }

    private static func frame(_ first: UInt8, _ payload: Bytes) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.count + 10)
        bytes.append(first)
        switch payload.count {
        case ..<126: bytes.append(UInt8(payload.count))
        case ..<65536:
            bytes.append(126)
            bytes.append(UInt8(payload.count >> 8))
            bytes.append(UInt8(payload.count & 0xff))
        default:
            bytes.append(127)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: payload.count >> shift))
            }
        }
        bytes.append(contentsOf: payload)
        return bytes
    }
}
