package import Basics
import Glibc

/// One WebSocket of a client, as the service has it; any thread may use it.
///
/// Frames wait in a queue of shared frames and are written by the thread of all sockets. No call blocks.
package final class WebSocket: Sendable {
    private struct State {
        var queue: OutgoingQueue
        /// Whether frames of the service are taken.
        var isOpen = true
        /// Why it closes; `nil` while it does not.
        var end: WebSocketEnd?
        /// Whether the thread of the sockets will write what waits.
        var isListed = false
    }

    /// What became of an attempt to write.
    enum Progress {
        /// Nothing waits any more.
        case drained
        /// The system takes no more at present.
        case blocked
        case failed
    }

    /// Above this number of waiting pongs, the newest takes the place of the others.
    private static let pongKey = "pong"

    /// Unique among the sockets of one `WebSockets`.
    package let id: UInt64
    package let address: IPAddress?
    private let state: Lock<State>
    private let mailbox: WebSocketMailbox

    init(id: UInt64, address: IPAddress?, _ limits: OutgoingQueue.Limits, _ mailbox: WebSocketMailbox) {
        self.id = id
        self.address = address
        self.mailbox = mailbox
        state = Lock(State(queue: OutgoingQueue(limits: limits)))
    }

    /// The number of frames that wait for the client.
    package var waiting: Int { state.withLock { $0.queue.count } }

    /// Sends a frame; when too much waits, the socket is closed with 1013 instead.
    ///
    /// - Returns: whether the frame was taken; false for a socket that closes, too.
    @discardableResult
    package func send(_ frame: SharedFrame) -> Bool {
        let (isTaken, isNew) = state.withLock { state -> (Bool, Bool) in
            guard state.isOpen else { return (false, false) }
            let isTaken = state.queue.append(frame)
            if !isTaken { Self.close(&state, .slow, .tryAgainLater, "too slow", dropping: true) }
            defer { state.isListed = true }
            return (isTaken, !state.isListed)
        }
        if isNew { mailbox.post(flush: self) }
        return isTaken
    }

    /// Sends a message of text, which must be UTF-8.
    @discardableResult
    package func send(text: [UInt8]) -> Bool { send(SharedFrame(WebSocketFrame.text(text[...]))) }

    /// Closes the socket after what waits was sent; only the first call counts.
    ///
    /// - Parameter reason: at most 123 bytes count.
    package func close(_ code: WebSocketCode = .normal, _ reason: String = "") {
        close(.service(code), code, reason)
    }

    /// - Parameter dropping: whether what waits is dropped.
    func close(_ end: WebSocketEnd, _ code: WebSocketCode?, _ reason: String = "", dropping: Bool = false) {
        let isNew = state.withLock { state -> Bool in
            guard state.end == nil else { return false }
            Self.close(&state, end, code, reason, dropping: dropping)
            defer { state.isListed = true }
            return !state.isListed
        }
        if isNew { mailbox.post(flush: self) }
    }

    private static func close(
        _ state: inout State,
        _ end: WebSocketEnd,
        _ code: WebSocketCode?,
        _ reason: String,
        dropping: Bool
    ) {
        state.isOpen = false
        state.end = end
        if dropping { state.queue.dropUnsent() }
        state.queue.appendAnyway(SharedFrame(WebSocketFrame.close(code, reason)))
    }

    /// Why it closes; `nil` while it does not.
    var end: WebSocketEnd? { state.withLock { $0.end } }

    func pong(_ payload: [UInt8]) { send(SharedFrame(WebSocketFrame.pong(payload[...]), key: Self.pongKey)) }

    /// Drops all that waits and takes no more.
    ///
    /// - Returns: why it closes: `end`, unless it was closing already.
    func finish(_ end: WebSocketEnd) -> WebSocketEnd {
        state.withLock { state in
            state.isOpen = false
            state.queue = OutgoingQueue()
            let final = state.end ?? end
            state.end = final
            return final
        }
    }

    /// Writes what waits, without blocking; only on the thread of the sockets.
    func write(to descriptor: Int32) -> Progress {
        state.withLock { state in
            state.isListed = false
            while !state.queue.isEmpty {
                let (frames, offset) = state.queue.next(GatheredWrite.most)
                let count = GatheredWrite.send(frames, from: offset, to: descriptor)
                if count >= 0 {
                    state.queue.advance(by: count)
                    continue
                }
                switch errno {
                case EINTR: continue
                case EAGAIN: return .blocked
                default: return .failed
                }
            }
            return .drained
        }
    }
}
