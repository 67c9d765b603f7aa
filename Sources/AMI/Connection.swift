import Basics

/// One TCP connection to Asterisk, from the connect to its end, on its own thread.
///
/// The thread reads, decodes, hands over, and does nothing that could block: Asterisk ends the session of a client
/// whose socket stalls for `writetimeout` (100 ms by default), without notice and without replay (main/manager.c).
final class Connection: Sendable {
    private struct Requests {
        var actions: [(id: Int, action: AMIAction, deadline: ContinuousClock.Instant)] = []
        var isStopping = false
    }

    private let configuration: AMIClient.Configuration
    private let instruments: AMIClient.Instruments
    private let owner: any Owner
    private let wakeup: EventFD
    private let requests = Lock(Requests())

    /// How long Asterisk may take to accept what is written: an action is small, so only a dead peer exceeds this.
    private static let writeTimeout = Duration.seconds(5)

    /// How long the logoff may take when the connection is stopped.
    private static let leaveTime = Duration.seconds(1)

    /// Bytes per second that are read while a consumer is far behind.
    ///
    /// Asterisk queues the rest itself; the rate is high enough that none of its writes waits 50 ms, half of the 100 ms
    /// after which it would end the session.
    private static let crowdedRate = 64 << 20

    /// How long it reads without checking anything else: a peer that never pauses must not delay a deadline.
    private static let turn = Duration.milliseconds(100)

    init(configuration: AMIClient.Configuration, instruments: AMIClient.Instruments, owner: any Owner) throws(AMIError)
    {
        self.configuration = configuration
        self.instruments = instruments
        self.owner = owner
        do throws(SystemError) { wakeup = try EventFD() } catch { throw .network(.system(error)) }
    }

    /// Ends the connection soon, with a Logoff when logged in; does not block.
    func stop() {
        requests.withLock { $0.isStopping = true }
        wakeup.signal()
    }

    /// Sends an action; the owner receives its answer under `id`, or a failure at `deadline`.
    func send(_ action: AMIAction, id: Int, until deadline: ContinuousClock.Instant) {
        requests.withLock { $0.actions.append((id, action, deadline)) }
        wakeup.signal()
    }

    /// Reports that the owner's subscriptions have changed after the login.
    func subscriptionsChanged() { wakeup.signal() }

    /// Connects, logs in and reads until the end; returns the reason for the end, `nil` when stopped.
    ///
    /// Blocks.
    func run() -> AMIError? {
        var state = ConnectionState(
            credentials: configuration.credentials,
            timing: configuration.timing,
            eventMask: owner.eventMask,
            now: .now
        )
        var session = Session(handover: configuration.handover)
        var reason: AMIError?
        do throws(NetworkError) {
            let stream = try connect()
            state.connected(at: .now)
            session.connected()
            reason = try converse(over: stream, &state, &session)
        } catch {
            reason = error == .cancelled ? nil : state.reason(for: error)
        }
        if session.wasOnline {
            let isTorn = session.decoder.unfinishedBytes > 0
            let cause = session.continuity.cause(isTorn: isTorn, isCrowded: session.isCrowded, at: .now)
            owner.isMissing(since: session.continuity.completeUntil, cause)
        }
        _ = apply(state.ended(), over: nil, &session)
        handOver(&session)
        return requests.withLock { $0.isStopping } ? nil : reason
    }

    private func connect() throws(NetworkError) -> any ByteStream {
        let socket = try Socket.connect(
            host: configuration.host,
            port: configuration.port,
            timeout: configuration.connectTimeout,
            wakeup: wakeup
        )
        socket.detectDeadPeer()
        guard let tls = configuration.tls else { return socket }
        return try TLSStream(
            socket,
            host: configuration.host,
            configuration: tls,
            timeout: configuration.connectTimeout,
            wakeup: wakeup
        )
    }

    private func converse(
        over stream: any ByteStream,
        _ state: inout ConnectionState,
        _ session: inout Session
    ) throws(NetworkError) -> AMIError? {
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            if session.isDue(at: .now) { handOver(&session) }
            if let moment = session.completeUntil { owner.isComplete(until: moment) }
            let now = ContinuousClock.now
            let deadline = min(state.deadline, session.deadline ?? state.deadline, now + StandstillWatch.interval)
            let outcome = Poll.wait(for: .read, on: stream.descriptor, wakeup: wakeup, timeout: deadline - now)
            let standstill = session.standstill()
            if let standstill { owner.stoodStill(standstill) }
            switch outcome {
            case .woken:
                if try answerRequests(over: stream, &state, &session) {
                    leave(stream, &state, &session, &buffer)
                    return nil
                }
                // Bytes that wait in the socket are read before a deadline counts.
                continue
            case .timedOut:
                session.reads.foundEmpty(at: now)
                if standstill != nil, let error = apply(state.stoodStill(at: .now), over: stream, &session) {
                    return error
                }
            case .ready:
                if let error = try readTurn(stream, &state, &session, &buffer) { return error }
            }
            if let error = apply(state.tick(at: .now), over: stream, &session) { return error }
        }
    }

    /// Reads until the socket is empty or the turn is over.
    private func readTurn(
        _ stream: any ByteStream,
        _ state: inout ConnectionState,
        _ session: inout Session,
        _ buffer: inout [UInt8]
    ) throws(NetworkError) -> AMIError? {
        var total = 0
        let end = ContinuousClock.now + Self.turn
        while true {
            let now = ContinuousClock.now
            guard now < end else { return nil }
            guard let count = try stream.read(into: &buffer) else {
                session.reads.foundEmpty(at: now)
                return nil
            }
            total += count
            session.tookTurn(of: total, at: now)
            if let error = received(buffer[..<count], over: stream, &state, &session) { return error }
            if session.isCrowded { throttle(after: count) }
            // A TLS record may hold more than one read; a full buffer means that there is more.
            guard configuration.tls != nil || count == buffer.count else {
                session.reads.foundEmpty(at: now)
                return nil
            }
        }
    }

    /// Waits as long as `count` bytes take at the crowded rate: 4 ms at most.
    ///
    /// A request to the connection ends the wait and is handled next.
    private func throttle(after count: Int) {
        let time = Duration.seconds(Double(count) / Double(Self.crowdedRate))
        _ = Poll.wait(for: .read, on: wakeup.descriptor, timeout: time)
    }

    private func received(
        _ bytes: Bytes,
        over stream: any ByteStream,
        _ state: inout ConnectionState,
        _ session: inout Session
    ) -> AMIError? {
        instruments.receivedBytes.add(bytes.count)
        let now = ContinuousClock.now
        if session.isDue(at: now) { handOver(&session) }
        session.didRead(at: now)
        session.decoder.append(bytes)
        while true {
            let next = session.decoder.nextFrame()
            declareSkipped(&session)
            guard let frame = next else { break }
            session.messageEnded()
            state.received(at: now)
            if state.isOnline, !state.awaitsItems, EventLine.isEvent(frame) {
                take(frame, &session)
                continue
            }
            let message = AMIMessage(frame)
            if message.kind == .event, state.isOnline { take(frame, &session) }
            if let error = apply(state.received(message, at: .now), over: stream, &session) { return error }
        }
        session.allWasTaken()
        return nil
    }

    /// Reports skipped messages at their place: after everything that came before them.
    private func declareSkipped(_ session: inout Session) {
        guard let skipped = session.newlySkipped(), session.wasOnline else { return }
        handOver(&session)
        owner.skippedMessages(skipped.count, since: skipped.since)
    }

    /// Keeps a wanted event for the next hand-over; counts an unwanted one.
    private func take(_ frame: Bytes, _ session: inout Session) {
        guard session.append(frame) else {
            instruments.ignoredEvents.add()
            return
        }
        if session.isFull { handOver(&session) }
    }

    private func handOver(_ session: inout Session) {
        for (ring, batch) in session.takeBatches() { owner.received(batch, for: ring) }
    }

    /// Reads the subscriptions again and sends the waiting actions; returns true when the connection must end.
    private func answerRequests(
        over stream: any ByteStream,
        _ state: inout ConnectionState,
        _ session: inout Session
    ) throws(NetworkError) -> Bool {
        let (actions, isStopping) = requests.withLock { requests in
            defer { requests.actions = [] }
            return (requests.actions, requests.isStopping)
        }
        session.serve(owner.subscriptions)
        for (id, action, deadline) in actions {
            let (actionID, effects) = state.send(action, until: deadline)
            session.actions[actionID] = id
            if let error = apply(effects, over: stream, &session) { throw Self.networkError(error) }
        }
        return isStopping
    }

    /// Logs off, and continues to read until Asterisk has closed the connection, so that everything it sent is
    /// received.
    private func leave(
        _ stream: any ByteStream,
        _ state: inout ConnectionState,
        _ session: inout Session,
        _ buffer: inout [UInt8]
    ) {
        let deadline = ContinuousClock.now + Self.leaveTime
        guard let farewell = state.farewell else { return }
        do throws(NetworkError) {
            try stream.writeAll(farewell[...], timeout: Self.leaveTime)
            while ContinuousClock.now < deadline,
                Poll.wait(for: .read, on: stream.descriptor, timeout: deadline - .now) == .ready
            {
                // No data may be available yet: part of a TLS record.
                guard let count = try stream.read(into: &buffer) else { continue }
                guard received(buffer[..<count], over: stream, &state, &session) == nil else { return }
            }
        } catch {
            // Asterisk has closed the connection, as it should.
        }
    }

    private static func networkError(_ error: AMIError) -> NetworkError {
        if case .network(let error) = error { error } else { .closed }
    }

    /// Carries out effects; returns the error that ends the connection, if there is one.
    private func apply(
        _ effects: [ConnectionState.Effect],
        over stream: (any ByteStream)?,
        _ session: inout Session
    ) -> AMIError? {
        for effect in effects {
            switch effect {
            case .write(let bytes):
                // One action per write, under 1 KB: Asterisk 16 to 23 lose what follows in the same TLS record.
                do throws(NetworkError) {
                    try stream?.writeAll(bytes[...], timeout: Self.writeTimeout)
                } catch {
                    return .network(error)
                }
                session.didWait()
            case .online(let greeting):
                session.wasOnline = true
                owner.connected(greeting: greeting)
                session.serve(owner.subscriptions)
            case .pong(let time): instruments.pingSeconds.value = time / .seconds(1)
            case .reply(let actionID, let result):
                if let id = session.actions.removeValue(forKey: actionID) { owner.replied(to: id, result) }
            case .close(let error): return error
            }
        }
        return nil
    }
}
