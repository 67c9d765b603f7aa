package import Basics

/// What a service does with the clients of Socket.IO.
///
/// All methods are called on threads of the server, so they must not block. For one session they are called in the
/// order here, with `received` and `drained` any number of times; after `disconnected`, a client may ask again.
package protocol SocketIOHandler: Sendable {
    /// A client asks to be connected: call `accept` or `refuse`, now or later.
    ///
    /// - Parameter data: an object, such as `{"token":"…"}`; `nil` when the client sent none.
    func connecting(_ session: SocketIOSession, _ data: JSONValue?)

    func received(_ event: SocketIOEvent, from session: SocketIOSession)

    /// All that waited for the client was handed to the system: more may be sent.
    func drained(_ session: SocketIOSession)

    /// The end of a connection for which `connecting` was called.
    func disconnected(_ session: SocketIOSession, _ end: SocketIOEnd)
}

extension SocketIOHandler {
    package func drained(_ session: SocketIOSession) {}
    package func disconnected(_ session: SocketIOSession, _ end: SocketIOEnd) {}
}

/// An event that a client sent.
package struct SocketIOEvent: Sendable, Equatable {
    package let name: String
    package let arguments: [JSONValue]
    /// For `acknowledge`; `nil` when the client wants no answer.
    package let id: Int?
}

/// Why a connection ended.
package enum SocketIOEnd: Sendable, Hashable, CaseIterable {
    /// The client disconnected or closed.
    case client
    /// The service closed, or stops.
    case service
    /// The client sent what is not allowed.
    case refused
    /// Too much waited for the client.
    case slow
    /// The client did not answer a ping.
    case silent
    /// The connection ended without a word.
    case lost
    /// No connection was accepted in time.
    case unconnected
}
