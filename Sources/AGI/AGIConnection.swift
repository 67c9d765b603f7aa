import Basics

/// A session and its socket; the server's thread uses it.
final class AGIConnection {
    let socket: Socket
    var session: AGISession
    /// The script's request, once it is known.
    var request: AGIRequest?
    /// When to stop waiting for the peer, or for the handler.
    var deadline: ContinuousClock.Instant
    /// What the socket had no room for.
    private var unsent: Bytes = []
    private var endsWriting = false

    init(_ socket: Socket, isOneWrite: Bool, deadline: ContinuousClock.Instant) {
        self.socket = socket
        session = AGISession(isOneWrite: isOneWrite)
        self.deadline = deadline
    }

    /// Whether the socket had no room for all bytes.
    var hasUnsent: Bool { !unsent.isEmpty }

    /// Writes now what fits, and keeps the rest: a session sends little, and waits after each command.
    ///
    /// - Parameter isLast: whether the sending direction ends after these bytes.
    func send(_ bytes: Bytes, isLast: Bool) throws(NetworkError) {
        if unsent.isEmpty { unsent = bytes } else { unsent += bytes }
        endsWriting = isLast
        try flush()
    }

    func flush() throws(NetworkError) {
        while !unsent.isEmpty {
            guard let count = try socket.write(unsent) else { return }
            unsent = unsent.dropFirst(count)
        }
        if endsWriting { socket.endWriting() }
        endsWriting = false
    }
}
