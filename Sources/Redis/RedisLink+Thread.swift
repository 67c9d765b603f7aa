import Basics

extension RedisLink {
    /// How long a connection that is stopped waits for the replies that are due.
    private static let leaveTime = Duration.milliseconds(500)

    /// Connects, writes and reads until the end.
    ///
    /// Blocks.
    func run() -> Ending {
        var session: Session?
        var error: RedisError?
        do throws(RedisError) {
            let stream = try connect()
            let begun = Session(over: stream, self)
            session = begun
            inbox.withLock { $0.isConnected = true }
            connected.fulfil(true)
            try converse(begun)
        } catch let failure {
            error = failure == .network(.cancelled) ? nil : failure
        }
        let (rest, isStopping) = inbox.withLock { inbox in
            (inbox.isConnected, inbox.isOpen) = (false, false)
            defer { inbox.requests = [] }
            return (inbox.requests, inbox.isStopping)
        }
        connected.fulfil(false)
        session?.queue.append(contentsOf: rest)
        session?.queue.failAll(.notConnected)
        return Ending(error: isStopping ? nil : error, lastHeard: session?.lastHeard)
    }

    private func connect() throws(RedisError) -> any ByteStream {
        do throws(NetworkError) {
            switch configuration.address {
            case .unix(let path): return try Socket.connect(path: path)
            case .tcp(let host, let port):
                let limit = configuration.connectTimeout
                let socket = try Socket.connect(host: host, port: port, timeout: limit, wakeup: wakeup)
                socket.detectDeadPeer()
                guard let tls = configuration.tls else { return socket }
                return try TLSStream(socket, host: host, configuration: tls, timeout: limit, wakeup: wakeup)
            }
        } catch {
            throw .network(error)
        }
    }

    /// Writes and reads until the connection is stopped, closed or broken.
    private func converse(_ session: Session) throws(RedisError) {
        var leaveDeadline: ContinuousClock.Instant?
        while true {
            let isStopping = try takeCommands(session)
            try session.write()
            let now = ContinuousClock.now
            if isStopping {
                let deadline = leaveDeadline ?? now + Self.leaveTime
                leaveDeadline = deadline
                guard !session.isIdle, now < deadline else { return }
            }
            let deadline = leaveDeadline.map { min($0, session.deadline) } ?? session.deadline
            let outcome = Poll.wait(
                for: session.hasUnsent ? .either : .read,
                on: session.stream.descriptor,
                wakeup: wakeup,
                timeout: session.hasUnread ? .zero : deadline - now
            )
            inbox.withLock { $0.isAsleep = false }
            // Woken again and again, the thread must read nevertheless.
            if outcome == .ready || session.hasUnread || !session.queue.isEmpty { try session.read() }
            try tick(session)
        }
    }

    /// Takes what other threads have added; returns whether the connection is to end in order.
    private func takeCommands(_ session: Session) throws(RedisError) -> Bool {
        let (failure, isStopping) = inbox.withLock { inbox in
            inbox.due -= session.answered
            inbox.unwritten -= session.written
            (session.answered, session.written) = (0, 0)
            // What is being written must stay where it is: TLS wants the same bytes again.
            if !session.hasUnsent, !inbox.bytes.isEmpty { session.exchangeSent(with: &inbox.bytes) }
            inbox.isAsleep = true
            swap(&session.taken, &inbox.requests)
            return (inbox.failure, inbox.isStopping)
        }
        session.queueTaken(at: .now)
        if let failure { throw failure }
        return isStopping
    }

    /// Fails commands whose time is over, ends a stalled connection, and sends a PING when it is due.
    private func tick(_ session: Session) throws(RedisError) {
        let now = ContinuousClock.now
        instruments.timeouts.add(session.queue.expire(at: now))
        if session.isStalled(at: now) { throw .stalled }
        guard session.isPingDue(at: now) else { return }
        let receiver = RequestQueue.Receiver.one { [instruments] result in
            if case .success = result { instruments.pingSeconds.value = (ContinuousClock.now - now) / .seconds(1) }
        }
        _ = submit(CollectionOfOne(RedisCommand("PING")), receiver, within: configuration.stallTimeout, isEarly: true)
    }
}
