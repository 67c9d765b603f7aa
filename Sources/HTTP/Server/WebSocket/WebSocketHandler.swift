/// What a service does with a WebSocket; an object for each socket, or one for all.
///
/// All methods are called on the thread that serves all sockets, so they must not block. For one socket they are called
/// in the order here, with `received` and `drained` any number of times.
package protocol WebSocketHandler: Sendable {
    func opened(_ socket: WebSocket)

    /// - Parameter text: a whole message, of valid UTF-8.
    func received(_ text: [UInt8], on socket: WebSocket)

    /// All that waited for the client was handed to the system: more may be sent.
    func drained(_ socket: WebSocket)

    /// The last call.
    func closed(_ socket: WebSocket, _ end: WebSocketEnd)
}

extension WebSocketHandler {
    package func opened(_ socket: WebSocket) {}
    package func drained(_ socket: WebSocket) {}
    package func closed(_ socket: WebSocket, _ end: WebSocketEnd) {}
}

/// Why a WebSocket ended.
package enum WebSocketEnd: Sendable, Hashable {
    /// The client closed; `nil` without a code.
    case client(WebSocketCode?)
    /// The service closed, or stops.
    case service(WebSocketCode)
    /// The client broke the protocol, or sent what the service does not take.
    case refused(WebSocketCode)
    /// Too much waited for the client.
    case slow
    /// The client did not answer a ping.
    case silent
    /// The connection ended without a close frame.
    case lost
}

/// What is sent to notice a client that has gone.
package struct WebSocketHeartbeat: Sendable {
    let frame: SharedFrame
    let interval: Duration
    let timeout: Duration

    /// - Parameters:
    ///   - frame: what makes the client send something.
    ///   - interval: the time between two such frames.
    ///   - timeout: the time in which something must come.
    package init(frame: SharedFrame, interval: Duration, timeout: Duration) {
        self.frame = frame
        self.interval = interval
        self.timeout = timeout
    }

    /// A ping each 25 s; the client must send a pong or anything else within 20 s.
    package static let ping = ping(interval: .seconds(25), timeout: .seconds(20))

    package static func ping(interval: Duration, timeout: Duration) -> WebSocketHeartbeat {
        WebSocketHeartbeat(frame: SharedFrame(WebSocketFrame.ping), interval: interval, timeout: timeout)
    }
}
