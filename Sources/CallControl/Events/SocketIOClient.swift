import Basics
import HTTP
import SocketIO

/// One connection of Socket.IO as the hub has it: a session may have several, one after the other.
final class SocketIOClient: EventClient {
    let session: SocketIOSession
    let connection: EventConnection
    private let isOver = Lock(false)

    init(_ session: SocketIOSession, _ connection: EventConnection) {
        (self.session, self.connection) = (session, connection)
    }

    var waiting: Int { session.waiting }

    func send(_ event: PushedEvent) -> Bool { !isOver.withLock { $0 } && session.send(event) }

    /// Sends no more, whatever becomes of the session.
    func finish() { isOver.withLock { $0 = true } }
}
