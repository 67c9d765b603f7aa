import Basics
import HTTP

/// A WebSocket of a session: one that carries it from the start, or one that takes over from polling.
final class EngineSocket: WebSocketHandler {
    private let session: SocketIOSession
    private let isProbe: Bool

    init(_ session: SocketIOSession, isProbe: Bool) { (self.session, self.isProbe) = (session, isProbe) }

    func opened(_ socket: WebSocket) { if !isProbe { session.begin(socket) } }

    func received(_ text: [UInt8], on socket: WebSocket) {
        do throws(SocketIOFlaw) {
            let packet = try EnginePacket(decoding: text[...])
            if session.isCarried(by: socket) { return try session.receive(packet) }
            switch packet.kind {
            case .ping where packet.data.equals("probe"): if !session.probe(socket) { throw .malformed }
            case .upgrade: if !session.upgrade(to: socket) { throw .malformed }
            default: throw .malformed
            }
        } catch {
            switch error {
            case .binary: socket.close(.unsupportedData, "binary data is not taken")
            case .malformed: socket.close(.policyViolation, "not a packet that belongs here")
            }
            session.closed(socket, .refused)
        }
    }

    func drained(_ socket: WebSocket) { if session.isCarried(by: socket) { session.drained() } }

    func closed(_ socket: WebSocket, _ end: WebSocketEnd) {
        switch end {
        case .client: session.closed(socket, .client)
        case .service: session.closed(socket, .service)
        case .refused: session.closed(socket, .refused)
        case .slow: session.closed(socket, .slow)
        case .silent: session.closed(socket, .silent)
        case .lost: session.closed(socket, .lost)
        }
    }
}
