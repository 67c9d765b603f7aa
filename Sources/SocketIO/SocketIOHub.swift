import Basics
import HTTP

/// What all sessions share: the settings, the handler, and the table of sessions.
final class SocketIOHub: Sendable {
    let configuration: SocketIOServer.Configuration
    let handler: any SocketIOHandler
    private let sessions = Lock<[String: SocketIOSession]>([:])

    init(_ configuration: SocketIOServer.Configuration, _ handler: any SocketIOHandler) {
        (self.configuration, self.handler) = (configuration, handler)
    }

    var count: Int { sessions.withLock { $0.count } }

    var all: [SocketIOSession] { sessions.withLock { Array($0.values) } }

    func session(_ id: String) -> SocketIOSession? { sessions.withLock { $0[id] } }

    /// - Returns: false when there are enough sessions.
    func add(_ session: SocketIOSession) -> Bool {
        sessions.withLock { sessions in
            guard sessions.count < configuration.limit else { return false }
            sessions[session.id] = session
            return true
        }
    }

    func remove(_ session: SocketIOSession) { sessions.withLock { _ = $0.removeValue(forKey: session.id) } }

    /// 128 random bits of the system, as text for a URL.
    static func randomID() -> String {
        var generator = SystemRandomNumberGenerator()
        return Base64.urlEncoded((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }
}
