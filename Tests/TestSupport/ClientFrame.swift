/// A WebSocket frame as a client sends it, with any flaw that a test wants.
package enum ClientFrame {
    package static let mask: [UInt8] = [0x37, 0xfa, 0x21, 0x3d]

    /// - Parameters:
    ///   - isMasked: false is a flaw.
    ///   - length: the length in the header; `nil` for the right one.
    package static func bytes(
        _ opcode: UInt8,
        _ payload: [UInt8],
        isLast: Bool = true,
        reserved: UInt8 = 0,
        isMasked: Bool = true,
        length: UInt64? = nil
    ) -> [UInt8] {
        var bytes = [(isLast ? 0x80 : 0) | reserved << 4 | opcode]
        let flag: UInt8 = isMasked ? 0x80 : 0
        let length = length ?? UInt64(payload.count)
        switch length {
        case ..<126: bytes.append(flag | UInt8(length))
        case ..<65536: bytes += [flag | 126, UInt8(length >> 8), UInt8(length & 0xff)]
        default:
            bytes.append(flag | 127)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: length >> UInt64(shift)))
            }
        }
        guard isMasked else { return bytes + payload }
        return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }

    package static func text(_ text: String, isLast: Bool = true) -> [UInt8] {
        bytes(1, Array(text.utf8), isLast: isLast)
    }

    package static func more(_ text: String, isLast: Bool) -> [UInt8] { bytes(0, Array(text.utf8), isLast: isLast) }

    package static func close(_ code: UInt16, _ reason: String = "") -> [UInt8] {
        bytes(8, [UInt8(code >> 8), UInt8(code & 0xff)] + Array(reason.utf8))
    }
}
