import Basics
import CMicrohttpd
import Glibc

/// Server-sent events: what is published goes to all who listen, each frame encoded once.
///
/// A listener that is slow gets the newest frame when it has taken the one before, and misses those between; so it costs
/// a reference to one frame, however slow. One that has not taken a frame within `patience` is dropped.
package final class EventFeed: Sendable {
    private struct State {
        var frame: [UInt8] = []
        /// Of the newest frame, from 1; 0 before there is one.
        var number = 0
        var isClosed = false
        var listeners: [ObjectIdentifier: EventListener] = [:]
    }

    private let state = Lock(State())
    private let limit: Int
    private let perAddress: Int
    private let patience: Duration

    /// - Parameters:
    ///   - limit: most listeners at once.
    ///   - perAddress: most of them from one address.
    package init(limit: Int, perAddress: Int, patience: Duration) {
        self.limit = limit
        self.perAddress = perAddress
        self.patience = patience
    }

    package var listenerCount: Int { state.withLock { $0.listeners.count } }

    /// One event as it goes over the wire; `data` must have no line end in it.
    package static func frame(event: String, data: [UInt8]) -> [UInt8] {
        Array("event: \(event)\ndata: ".utf8) + data + [ASCII.newline, ASCII.newline]
    }

    /// Gives a frame to all listeners; those that come later begin with it.
    package func publish(_ frame: [UInt8]) {
        let now = ContinuousClock.now
        state.withLock { state in
            state.frame = frame
            state.number += 1
            for listener in state.listeners.values { listener.wake(droppedIfStuckSince: now - patience) }
        }
    }

    /// Ends all streams, and those that would begin.
    package func close() {
        state.withLock { state in
            state.isClosed = true
            for listener in state.listeners.values { listener.wake(droppedIfStuckSince: nil) }
        }
    }

    /// Another listener; `nil` when there are enough.
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

    /// Copies the next bytes for `listener`; without any it is suspended, and `publish` or `close` wakes it.
    func read(_ listener: EventListener, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        state.withLock { state in
            if state.isClosed { return EventListener.end }
            return unsafe listener.read(from: state.frame, state.number, into: buffer)
        }
    }
}
