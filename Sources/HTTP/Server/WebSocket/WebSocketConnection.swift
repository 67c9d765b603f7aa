import Basics
import Glibc

/// A WebSocket and its connection; only the thread of the sockets uses it.
final class WebSocketConnection {
    typealias Instant = ContinuousClock.Instant

    let socket: WebSocket
    let reader: WebSocketReader
    private let upgraded: UpgradedSocket
    var isWatchedForWriting = false
    /// Whether the client has closed, or broken the protocol, so that no frame of it is awaited.
    var isPeerDone = false
    /// When the connection ends at the latest, once it closes.
    var lastMoment: Instant?
    private var lastPing: Instant
    /// Since when an answer to a ping is awaited.
    private var awaitedSince: Instant?

    var descriptor: Int32 { upgraded.descriptor }
    var handler: any WebSocketHandler { upgraded.offer.handler }
    var received: [UInt8] { upgraded.received }

    init(_ upgraded: UpgradedSocket, _ socket: WebSocket, messageLimit: Int, now: Instant) {
        self.upgraded = upgraded
        self.socket = socket
        reader = WebSocketReader(limit: messageLimit)
        lastPing = now
    }

    /// Reads without blocking.
    ///
    /// - Returns: the bytes; `nil` when there are none at present, and an empty slice at the end.
    func read(into buffer: inout [UInt8]) -> Bytes? {
        let count = unsafe recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count >= 0 { return buffer[..<count] }
        return errno == EAGAIN || errno == EINTR ? nil : []
    }

    /// Notes that the client has sent something.
    func isAlive() { awaitedSince = nil }

    /// What the time asks for.
    ///
    /// - Returns: why the connection ends; `nil` when it goes on.
    func check(at now: Instant) -> WebSocketEnd? {
        if let lastMoment { return now >= lastMoment ? .lost : nil }
        let heartbeat = upgraded.offer.heartbeat
        if let awaitedSince, now >= awaitedSince + heartbeat.timeout { return .silent }
        guard now >= lastPing + heartbeat.interval else { return nil }
        lastPing = now
        if awaitedSince == nil { awaitedSince = now }
        socket.send(heartbeat.frame)
        return nil
    }

    /// Ends the sending direction: the client reads the close frame and then the end.
    func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    func close() { upgraded.close() }
}
