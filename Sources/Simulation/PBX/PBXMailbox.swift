import Basics

/// The mailbox of a session for other threads: events, and orders to misbehave or to end.
final class PBXMailbox: Sendable {
    enum Order: Sendable {
        case fault(PBXFault)
        /// Asterisk shuts down: announce it to users with the right to see that, then close.
        case shutdown
        /// The simulation ends: close at once.
        case stop
    }

    /// The result of offering a batch.
    enum Reception {
        case taken
        /// The session will not send it, because it has ended, is silent, or has not logged in.
        case refused(entitledTo: PBXEventClass)
    }

    private struct State {
        var user: String?
        var mask: PBXEventClass = []
        /// Bounded by the player, which waits while too many bytes are in flight.
        var batches: [FrameBatch] = []
        var orders: [Order] = []
        var isSilent = false
        var isClosed = false
        var mustEnd = false
    }

    /// Signalled when something new arrives.
    let wakeup: EventFD
    private let state = Lock(State())

    init() throws(SystemError) { wakeup = try EventFD() }

    /// The user who is logged in; `nil` before the login and after the end.
    var user: String? { state.withLock { $0.user } }

    /// Whether the session is connected but not logged in.
    var isLoggingIn: Bool { state.withLock { $0.user == nil && !$0.isClosed } }

    /// Whether faults can apply to this session.
    var isStreaming: Bool { state.withLock { $0.user != nil && !$0.isSilent && !$0.isClosed } }

    /// Whether the session must end without waiting for its socket.
    var mustEnd: Bool { state.withLock { $0.mustEnd } }

    func logIn(_ user: String, mask: PBXEventClass) {
        state.withLock { state in
            state.user = user
            state.mask = mask
        }
    }

    func setMask(_ mask: PBXEventClass) { state.withLock { $0.mask = mask } }

    func offer(_ batch: FrameBatch) -> Reception {
        let reception = state.withLock { state -> Reception in
            guard state.user != nil, !state.isClosed else { return .refused(entitledTo: []) }
            guard !state.isSilent else { return .refused(entitledTo: state.mask) }
            state.batches.append(batch)
            return .taken
        }
        if case .taken = reception { wakeup.signal() }
        return reception
    }

    func nextBatch() -> FrameBatch? {
        state.withLock { $0.batches.isEmpty ? nil : $0.batches.removeFirst() }
    }

    func give(_ order: Order) {
        state.withLock { state in
            state.orders.append(order)
            // Takes effect at once: batches offered from now on must not be sent before the session reads the order.
            if case .fault(.silence) = order { state.isSilent = true }
            if case .fault = order { return }
            state.mustEnd = true
        }
        wakeup.signal()
    }

    func takeOrders() -> [Order] {
        state.withLock { state in
            defer { state.orders = [] }
            return state.orders
        }
    }

    /// Refuses further batches; returns those that were accepted.
    func fallSilent() -> [FrameBatch] {
        state.withLock { state in
            state.isSilent = true
            defer { state.batches = [] }
            return state.batches
        }
    }

    /// Ends the session; returns the batches that it had not begun to send.
    func close() -> [FrameBatch] {
        state.withLock { state in
            state.isClosed = true
            state.user = nil
            defer { state.batches = [] }
            return state.batches
        }
    }
}
