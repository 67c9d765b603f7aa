package import Basics
package import HTTP

/// One client of Socket.IO: its Engine.IO session, and its connection to the namespace `/`; any thread may use it.
///
/// It begins with polling or with a WebSocket, and may go on from the one to the other: the client probes a WebSocket,
/// and what waits follows it there. No call blocks, and no method of the handler is called with the lock held.
package final class SocketIOSession: EventClient {
    private struct State {
        var connection: ConnectionState
        /// The WebSocket that carries it; `nil` while the client polls.
        var socket: WebSocket?
        /// A WebSocket that is to carry it, and until when.
        var probe: (socket: WebSocket, deadline: ContinuousClock.Instant)?
        /// The packets that wait for a client that polls, and its request that waits for them.
        var polling: PollingQueue
        var seat: ClientSeat?

        /// Whether the client polls.
        var isPolling: Bool { !connection.isEnded && socket == nil }
    }

    /// The id of the Engine.IO session: whoever knows it may send and receive as this client.
    let id: String
    /// The id that the client gets when it is connected.
    package let socketID: String
    package let address: IPAddress?
    private let hub: SocketIOHub
    private let state: Lock<State>

    init(_ hub: SocketIOHub, address: IPAddress?, seat: ClientSeat?) {
        (id, socketID) = (SocketIOHub.randomID(), SocketIOHub.randomID())
        (self.hub, self.address) = (hub, address)
        let configuration = hub.configuration
        state = Lock(
            State(
                connection: ConnectionState(deadline: .now + configuration.connectTimeout),
                polling: PollingQueue(limits: configuration.queue),
                seat: seat
            )
        )
    }

    /// The number of packets that wait for the client.
    package var waiting: Int { state.withLock { $0.socket?.waiting ?? $0.polling.count } }

    /// What counts the client; `nil` when nothing does, and after its end.
    package var seat: ClientSeat? { state.withLock { $0.seat } }

    /// Connects a client that has asked.
    package func accept() {
        guard state.withLock({ $0.connection.accept() }) else { return }
        push(.connect, "sid", socketID)
    }

    /// Refuses a client that has asked; it may ask again.
    ///
    /// - Parameter message: such as `Unauthorized`.
    package func refuse(_ message: String) {
        guard state.withLock({ $0.connection.refuse() }) else { return }
        push(.connectError, "message", message)
        hub.handler.disconnected(self, .service)
    }

    @discardableResult
    package func send(_ event: PushedEvent) -> Bool {
        let (socket, isOpen) = state.withLock { ($0.socket, $0.connection.isAccepted) }
        guard isOpen else { return false }
        return if let socket { socket.send(event.frame(.socketIO)) } else { push(event.frame(.socketIOPacket)) }
    }

    /// Sends an event to this client alone.
    ///
    /// - Parameter json: its one argument.
    package func send(_ name: String, json: [UInt8]) { push(SocketIOPacket.event(name, json: json)) }

    /// Answers an event that has an id.
    ///
    /// - Parameter json: the one argument of the answer.
    package func acknowledge(_ event: SocketIOEvent, json: [UInt8]) {
        if let id = event.id { push(SocketIOPacket.acknowledgement(id, json: json)) }
    }

    /// Disconnects the client, and ends the session after what waits was sent.
    package func close(_ code: WebSocketCode = .normal, _ reason: String = "") { end(.service, code, reason) }

    // MARK: Sending

    private func push(_ packet: [UInt8]) { push(SharedFrame(packet)) }

    /// Sends an answer to a client that asks to be connected: an object with one member.
    private func push(_ kind: SocketIOPacket.Kind, namespace: String = "/", _ name: String, _ text: String) {
        let data = JSONValue.object([.init(name: name, value: .string(text))])
        push(SocketIOPacket(kind, namespace: namespace, data: data).encoded)
    }

    /// - Parameter packet: the text of an Engine.IO packet.
    @discardableResult
    private func push(_ packet: SharedFrame) -> Bool {
        let (isTaken, waiting) = state.withLock { state -> (Bool, PollingQueue.Answer?) in
            guard !state.connection.isEnded else { return (true, nil) }
            if let socket = state.socket { return (Self.send(packet, on: socket), nil) }
            guard state.polling.append(packet) else { return (false, nil) }
            return (true, state.polling.answer())
        }
        waiting?.send()
        if !isTaken { end(.slow, .tryAgainLater, "too slow") }
        return isTaken
    }

    @discardableResult
    private static func send(_ packet: SharedFrame, on socket: WebSocket) -> Bool {
        socket.send(SharedFrame(WebSocketFrame.text(packet.bytes[...]), key: packet.key))
    }

    /// Ends the session; only the first call counts.
    func end(_ end: SocketIOEnd, _ code: WebSocketCode = .normal, _ reason: String = "") {
        struct Parting {
            let socket, probe: WebSocket?
            let waiting: PollingQueue.Answer?
            let wasAsked, wasAccepted: Bool
        }
        let parting = state.withLock { state -> Parting? in
            let phase = state.connection.phase
            guard state.connection.end() else { return nil }
            let wasAccepted = phase == .accepted
            if wasAccepted { _ = state.polling.append(SharedFrame(SocketIOPacket(.disconnect).encoded)) }
            _ = state.polling.append(SharedFrame(EnginePacket(.close).encoded))
            defer { (state.socket, state.probe, state.seat) = (nil, nil, nil) }
            return Parting(
                socket: state.socket,
                probe: state.probe?.socket,
                waiting: state.polling.answer(),
                wasAsked: phase != .none,
                wasAccepted: wasAccepted
            )
        }
        guard let parting else { return }
        hub.remove(self)
        if let socket = parting.socket {
            if parting.wasAccepted { Self.send(SharedFrame(SocketIOPacket(.disconnect).encoded), on: socket) }
            socket.close(code, reason)
        }
        parting.probe?.close()
        parting.waiting?.send()
        if parting.wasAsked { hub.handler.disconnected(self, end) }
    }

    // MARK: Polling

    /// The body of the answer to a request that polls, once there is one.
    ///
    /// - Throws: for a client that does not poll, and for a second request at once, which ends the session.
    func poll() async throws(EngineFailure) -> [UInt8] {
        let promise = Promise<[UInt8]>()
        let isAllowed = state.withLock { state -> Bool? in
            guard state.isPolling else { return nil }
            guard state.polling.wait(promise) else { return false }
            // A client that probes a WebSocket waits for the end of its request before it goes over.
            if state.probe != nil { state.polling.release() } else { state.polling.answer()?.send() }
            return true
        }
        guard isAllowed == true else {
            if isAllowed == false { end(.refused) }
            throw .badRequest
        }
        let body = await withTaskCancellationHandler {
            await promise.value
        } onCancel: {
            state.withLock { $0.polling.release() }
        }
        if state.withLock({ $0.polling.isEmpty && $0.isPolling }) { drained() }
        return body
    }

    /// Takes the packets that a client posts.
    func post(_ body: Bytes) throws(EngineFailure) {
        guard state.withLock({ $0.isPolling }) else { throw .badRequest }
        do throws(SocketIOFlaw) {
            for packet in try EnginePayload.packets(body) { try receive(packet) }
        } catch {
            end(.refused)
            throw .badRequest
        }
    }

    // MARK: WebSocket

    /// Whether `socket` carries the session.
    func isCarried(by socket: WebSocket) -> Bool { state.withLock { $0.socket === socket } }

    /// Begins with a WebSocket.
    func begin(_ socket: WebSocket) {
        let isEnded = state.withLock { state in
            if !state.connection.isEnded { state.socket = socket }
            return state.connection.isEnded
        }
        if isEnded { return socket.close() }
        push(hub.configuration.open(id, upgrades: false))
    }

    /// A WebSocket asks to carry the session.
    ///
    /// - Returns: whether it may.
    func probe(_ socket: WebSocket) -> Bool {
        state.withLock { state in
            guard state.isPolling, state.probe == nil else { return false }
            state.probe = (socket, .now + hub.configuration.upgradeTimeout)
            socket.send(text: EnginePacket(.pong, Array("probe".utf8)[...]).encoded)
            state.polling.release()
            return true
        }
    }

    /// The WebSocket that was probed carries the session from now on, and what waits.
    ///
    /// - Returns: whether it was probed.
    func upgrade(to socket: WebSocket) -> Bool {
        state.withLock { state in
            guard state.isPolling, let probe = state.probe, probe.socket === socket else { return false }
            state.probe = nil
            state.socket = socket
            state.polling.release()
            for packet in state.polling.takeAll() { Self.send(packet, on: socket) }
            return true
        }
    }

    func drained() { if state.withLock({ $0.connection.isAccepted }) { hub.handler.drained(self) } }

    func closed(_ socket: WebSocket, _ reason: SocketIOEnd) {
        let carried = state.withLock { state -> Bool in
            if state.probe?.socket === socket { state.probe = nil }
            return state.socket === socket
        }
        if carried { end(reason) }
    }

    // MARK: Receiving

    func receive(_ packet: EnginePacket) throws(SocketIOFlaw) {
        switch packet.kind {
        case .message: try receive(SocketIOPacket(decoding: packet.data))
        case .pong: state.withLock { $0.polling.isAlive() }
        case .close: end(.client)
        case .noop: break
        case .open, .ping, .upgrade: throw .malformed
        }
    }

    private func receive(_ packet: SocketIOPacket) throws(SocketIOFlaw) {
        guard packet.namespace == "/" else { return try refuse(packet) }
        switch packet.kind {
        case .connect:
            guard state.withLock({ $0.connection.ask() }) else { throw .malformed }
            hub.handler.connecting(self, packet.data)
        case .disconnect:
            let deadline = ContinuousClock.now + hub.configuration.connectTimeout
            if state.withLock({ $0.connection.disconnect(deadline: deadline) }) {
                hub.handler.disconnected(self, .client)
            }
        case .event:
            guard state.withLock({ $0.connection.isAccepted }) else { throw .malformed }
            let values = packet.data?.elements ?? []
            let name = values.first?.string ?? ""
            let event = SocketIOEvent(name: name, arguments: Array(values.dropFirst()), id: packet.id)
            hub.handler.received(event, from: self)
        case .acknowledgement: break
        case .connectError: throw .malformed
        }
    }

    /// There is no namespace but `/`.
    private func refuse(_ packet: SocketIOPacket) throws(SocketIOFlaw) {
        guard packet.kind == .connect else { throw .malformed }
        push(.connectError, namespace: packet.namespace, "message", "Invalid namespace")
    }

    // MARK: Time

    /// Ends what has taken too long, and pings a client that polls; the thread of the sockets pings the others.
    func check(at now: ContinuousClock.Instant) {
        let configuration = hub.configuration
        enum Step { case nothing, end(SocketIOEnd), ping, stopProbe(WebSocket) }
        let step = state.withLock { state -> Step in
            if state.connection.isLate(at: now) { return .end(.unconnected) }
            if let probe = state.probe, now >= probe.deadline { return .stopProbe(probe.socket) }
            guard state.socket == nil else { return .nothing }
            if state.polling.isSilent(at: now, configuration.pingTimeout) { return .end(.silent) }
            return state.polling.wantsPing(at: now, configuration.pingInterval) ? .ping : .nothing
        }
        switch step {
        case .nothing: break
        case .end(let reason): end(reason, .policyViolation, "\(reason)")
        case .ping: push(EnginePacket(.ping).encoded)
        case .stopProbe(let socket): socket.close(.policyViolation, "late")
        }
    }
}
