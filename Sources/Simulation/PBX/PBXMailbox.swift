import Basics

/// What other threads hand to a session: events, and orders to misbehave or to end.
final class PBXMailbox: Sendable {
    enum Order: Sendable {
        case fault(PBXFault)
        /// Asterisk ends: say so to those who may know, then close.
        case shutdown
        /// The simulation ends: close.
        case stop
    }

    /// What became of an offered batch.
    enum Reception {
        case taken
        /// The session will not send it: it has ended, is silent, or has not logged in.
        case refused(entitledTo: PBXEventClass)
    }

    private struct State {
        var user: String?
        var mask: PBXEventClass = []
        /// Bounded by the player, which waits while too much is on its way.
        var batches: [FrameBatch] = []
        var orders: [Order] = []
        var isSilent = false
        var isClosed = false
        var mustEnd = false
    }

    /// Signalled when there is something new.
    let wakeup: EventFD
    private let state = Lock(State())

    init() throws(SystemError) { wakeup = try EventFD() }

    /// Who is logged in; `nil` before, and once the session has ended.
    var user: String? { state.withLock { $0.user } }

    /// Whether it is connected and not logged in.
    var isLoggingIn: Bool { state.withLock { $0.user == nil && !$0.isClosed } }

    /// Whether faults of a session make sense here.
    var isStreaming: Bool { state.withLock { $0.user != nil && !$0.isSilent && !$0.isClosed } }

    /// Whether the session is to end without waiting for its socket.
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
            // At once: what is offered from now on must not go out before the session has read the order.
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

    /// From now on nothing is taken; what was is given back.
    func fallSilent() -> [FrameBatch] {
        state.withLock { state in
            state.isSilent = true
            defer { state.batches = [] }
            return state.batches
        }
    }

    /// The session has ended; what it had not begun to send is given back.
    func close() -> [FrameBatch] {
        state.withLock { state in
            state.isClosed = true
            state.user = nil
            defer { state.batches = [] }
            return state.batches
        }
    }
}
