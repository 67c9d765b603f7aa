import Basics
import CMicrohttpd
import Glibc

/// Server-sent events: each published frame goes to all listeners and is encoded once.
///
/// A slow listener gets the newest frame once it has taken the previous one, and misses those in between; so it costs
/// only a reference to one frame. A listener that has not taken a frame within `timeout` is dropped.
package final class EventFeed: Sendable {
    private struct State {
        var frame: [UInt8] = []
        /// The number of the newest frame, from 1; 0 before there is one.
        var number = 0
        var isClosed = false
        var listeners: [ObjectIdentifier: EventListener] = [:]
    }

    private let state = Lock(State())
    private let limit: Int
    private let perAddress: Int
    private let timeout: Duration

    /// - Parameters:
    ///   - limit: the most listeners at once.
    ///   - perAddress: the most listeners from one address.
    package init(limit: Int, perAddress: Int, timeout: Duration) {
        self.limit = limit
        self.perAddress = perAddress
        self.timeout = timeout
    }

    package var listenerCount: Int { state.withLock { $0.listeners.count } }

    /// Encodes one event; `data` must contain no line end.
    package static func frame(event: String, data: [UInt8]) -> [UInt8] {
        Array("event: \(event)\ndata: ".utf8) + data + [ASCII.newline, ASCII.newline]
    }

    /// Sends a frame to all listeners without blocking; later listeners begin with it.
    package func publish(_ frame: [UInt8]) {
        let now = ContinuousClock.now
        state.withLock { state in
            state.frame = frame
            state.number += 1
            for listener in state.listeners.values { listener.wake(droppedIfStuckSince: now - timeout) }
        }
    }

    /// Ends all streams, and refuses new ones.
    package func close() {
        state.withLock { state in
            state.isClosed = true
            for listener in state.listeners.values { listener.wake(droppedIfStuckSince: nil) }
        }
    }

    /// Adds a listener; `nil` when a limit is reached or the feed is closed.
    func listen(on connection: OpaquePointer, from address: [UInt8]) -> EventListener? {
        state.withLock { state in
            guard !state.isClosed, state.listeners.count < limit,
                state.listeners.values.count(where: { $0.address == address }) < perAddress
            else { return nil }
            let listener = unsafe EventListener(self, connection, address)
            state.listeners[ObjectIdentifier(listener)] = listener
            return listener
        }
    }

    func leave(_ listener: EventListener) {
        state.withLock { _ = $0.listeners.removeValue(forKey: ObjectIdentifier(listener)) }
    }

    /// Copies the next bytes for `listener`; when there are none, it is suspended until `publish` or `close` wakes it.
    func read(_ listener: EventListener, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        state.withLock { state in
            if state.isClosed { return EventListener.end }
            return unsafe listener.read(from: state.frame, state.number, into: buffer)
        }
    }
}
