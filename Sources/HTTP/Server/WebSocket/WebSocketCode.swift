/// The code of a close frame (RFC 6455, section 7.4).
package struct WebSocketCode: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let normal = WebSocketCode(rawValue: 1000)
    /// The server stops.
    package static let goingAway = WebSocketCode(rawValue: 1001)
    package static let protocolError = WebSocketCode(rawValue: 1002)
    /// A kind of data that the service does not take, such as binary.
    package static let unsupportedData = WebSocketCode(rawValue: 1003)
    /// The connection ended without a close frame, so it is never sent.
    package static let abnormal = WebSocketCode(rawValue: 1006)
    /// Text that is not UTF-8.
    package static let invalidData = WebSocketCode(rawValue: 1007)
    package static let policyViolation = WebSocketCode(rawValue: 1008)
    package static let messageTooBig = WebSocketCode(rawValue: 1009)
    package static let internalError = WebSocketCode(rawValue: 1011)
    /// The client was too slow, and may connect again.
    package static let tryAgainLater = WebSocketCode(rawValue: 1013)

    /// Whether a close frame may have it.
    package var isSendable: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    package var description: String { "\(rawValue)" }
}
