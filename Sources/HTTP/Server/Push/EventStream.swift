package import Basics
import CMicrohttpd
import Glibc

/// One client's stream of server-sent events, as the service has it; any thread may use it.
///
/// Frames wait in a queue of shared frames; between two frames the connection is suspended and costs no thread. No call
/// blocks.
///
/// `@unchecked Sendable`: the connection is touched only with the lock held, and not after `left`.
@safe
package final class EventStream: @unchecked Sendable {
    private struct State {
        var queue: OutgoingQueue
        var isSuspended = false
        /// Why it ends; `nil` while it does not.
        var end: EventStreamEnd?
        /// Whether libmicrohttpd does not need it any more.
        var isGone = false
        /// When something was sent last, and when the client took something last.
        var lastFrame: ContinuousClock.Instant
        var lastProgress: ContinuousClock.Instant
    }

    private static let comment = SharedFrame(Array(":\n\n".utf8), key: "comment")

    package let address: IPAddress?
    private let streams: EventStreams
    private let offer: EventStreamOffer
    private let connection: OpaquePointer
    private let state: Lock<State>

    init(_ offer: EventStreamOffer, on connection: OpaquePointer, limits: OutgoingQueue.Limits) {
        self.offer = offer
        streams = offer.streams
        address = offer.address
        unsafe self.connection = connection
        state = Lock(State(queue: OutgoingQueue(limits: limits), lastFrame: .now, lastProgress: .now))
        // Limits what waits in the kernel for a client that does not read.
        var size: Int32 = 64 << 10
        let socket = unsafe cmicrohttpd_connection_socket(connection)
        unsafe setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }

    /// The number of frames that wait for the client.
    package var waiting: Int { state.withLock { $0.queue.count } }

    /// Sends a frame; when too much waits, the stream is cut off instead.
    ///
    /// - Returns: whether the frame was taken; false for a stream that ends, too.
    @discardableResult
    package func send(_ frame: SharedFrame) -> Bool {
        state.withLock { state in
            guard state.end == nil, !state.isGone else { return false }
            let wasEmpty = state.queue.isEmpty
            guard state.queue.append(frame) else {
                cutOff(&state, .slow)
                return false
            }
            state.lastFrame = .now
            if wasEmpty { state.lastProgress = state.lastFrame }
            resume(&state)
            return true
        }
    }

    /// Ends the stream after what waits was sent; only the first call counts.
    package func close() { close(.service, dropping: false) }

    func close(_ end: EventStreamEnd, dropping: Bool) {
        state.withLock { state in
            guard state.end == nil, !state.isGone else { return }
            state.end = end
            if dropping { state.queue.dropUnsent() }
            resume(&state)
        }
    }

    /// Sends a comment after a silence, and cuts off a client that takes nothing, or has gone: libmicrohttpd does not look
    /// at a connection that is suspended.
    func check(at now: ContinuousClock.Instant, silence: Duration, patience: Duration) {
        let isQuiet = state.withLock { state -> Bool in
            guard !state.isGone else { return false }
            if state.isSuspended, unsafe cmicrohttpd_is_peer_gone(cmicrohttpd_connection_socket(connection)) != 0 {
                cutOff(&state, .client)
            }
            if !state.queue.isEmpty, now >= state.lastProgress + patience { cutOff(&state, .slow) }
            return state.end == nil && now >= state.lastFrame + silence
        }
        if isQuiet { send(Self.comment) }
    }

    private func resume(_ state: inout State) {
        guard state.isSuspended else { return }
        state.isSuspended = false
        unsafe MHD_resume_connection(connection)
    }

    /// Ends the connection, which makes libmicrohttpd free the stream.
    private func cutOff(_ state: inout State, _ end: EventStreamEnd) {
        if state.end == nil { state.end = end }
        state.queue.dropUnsent()
        resume(&state)
        shutdown(unsafe cmicrohttpd_connection_socket(connection), Int32(SHUT_RDWR))
    }

    func opened() { offer.handler.opened(self) }

    /// Copies the next bytes; suspends the connection when there are none.
    private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let (count, isDrained) = state.withLock { state -> (Int, Bool) in
            var count = 0
            let (frames, offset) = state.queue.next(GatheredWrite.most)
            for frame in frames {
                let memory = unsafe frame.memory.dropFirst(count == 0 ? offset : 0).prefix(buffer.count - count)
                let target = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
                unsafe target.copyBytes(from: memory)
                unsafe count += memory.count
            }
            guard count == 0 else {
                state.queue.advance(by: count)
                state.lastProgress = .now
                return (count, false)
            }
            guard state.end == nil else { return (EventListener.end, false) }
            state.isSuspended = true
            unsafe MHD_suspend_connection(connection)
            return (0, true)
        }
        if isDrained { offer.handler.drained(self) }
        return count
    }

    /// Called by libmicrohttpd on its thread whenever there is room for more of the body.
    static let read: MHD_ContentReaderCallback = { context, _, buffer, size in
        guard let context = unsafe context, let buffer = unsafe buffer else { return EventListener.end }
        let stream = unsafe Unmanaged<EventStream>.fromOpaque(context).takeUnretainedValue()
        return unsafe stream.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
    }

    /// Called by libmicrohttpd once the connection no longer needs the body.
    static let free: MHD_ContentReaderFreeCallback = { context in
        guard let context = unsafe context else { return }
        let stream = unsafe Unmanaged<EventStream>.fromOpaque(context).takeRetainedValue()
        stream.left()
    }

    private func left() {
        let end = state.withLock { state in
            state.isGone = true
            state.queue = OutgoingQueue()
            return state.end ?? .client
        }
        streams.leave(self)
        offer.handler.closed(self, end)
    }
}

/// Why a stream ended.
package enum EventStreamEnd: Sendable, Hashable {
    /// The client closed its connection, or the connection was lost.
    case client
    /// The service ended it, or stops.
    case service
    /// Too much waited for the client, or it took nothing for too long.
    case slow
}

/// What a service does with a stream; an object for each stream, or one for all.
///
/// All methods are called on the server's threads, so they must not block.
package protocol EventStreamHandler: Sendable {
    func opened(_ stream: EventStream)

    /// All that waited for the client was handed to the system: more may be sent.
    func drained(_ stream: EventStream)

    /// The last call.
    func closed(_ stream: EventStream, _ end: EventStreamEnd)
}

extension EventStreamHandler {
    package func drained(_ stream: EventStream) {}
    package func closed(_ stream: EventStream, _ end: EventStreamEnd) {}
}
