import Basics

/// The server's thread: accepts, reads, writes, and keeps the time of all sessions.
final class AGILoop {
    /// What the thread shares with others.
    struct Parts: Sendable {
        let configuration: AGIServer.Configuration
        let listener: Listener
        let handler: any AGIHandler
        let mailbox: AGIMailbox
        let instruments: AGIServer.Instruments
        let log: Logger
    }

    private typealias Instant = ContinuousClock.Instant

    private static let listenerToken = UInt64.max
    private static let mailboxToken = UInt64.max - 1
    /// How long to wait after a failure to accept.
    private static let acceptPause = Duration.milliseconds(100)

    private let parts: Parts
    private let epoll: Epoll
    private var connections: [UInt64: AGIConnection] = [:]
    private var lastSession: UInt64 = 0
    private var buffer = [UInt8](repeating: 0, count: 16 << 10)
    private var now = ContinuousClock.now
    /// No deadline is before this; `nil` when there is none.
    private var nextCheck: Instant?
    /// When to accept again after a failure.
    private var acceptsAgain: Instant?
    /// When the last sessions end, once the server stops.
    private var lastMoment: Instant?

    private var log: Logger { parts.log }

    init(_ parts: Parts) throws(SystemError) {
        self.parts = parts
        epoll = try Epoll()
        try epoll.add(parts.mailbox.descriptor, token: Self.mailboxToken)
        try epoll.add(parts.listener.descriptor, token: Self.listenerToken)
    }

    /// Blocks until the mailbox says to stop and the sessions have ended.
    func run() {
        while true {
            var mail = parts.mailbox.collect()
            while !mail.answers.isEmpty {
                for (session, answer) in mail.answers { take(answer, for: session) }
                mail = parts.mailbox.collect()
            }
            if mail.isStopping, lastMoment == nil { stop() }
            if lastMoment != nil, connections.isEmpty { return }
            let count = epoll.wait(timeout: nextCheck.map { max(.zero, $0 - .now) })
            parts.mailbox.isAwake()
            now = .now
            for index in 0..<count { serve(epoll.ready(index)) }
            if let nextCheck, now >= nextCheck { checkDeadlines() }
        }
    }

    private func stop() {
        epoll.remove(parts.listener.descriptor)
        parts.listener.stop()
        acceptsAgain = nil
        let end = now + parts.configuration.grace
        lastMoment = end
        check(at: end)
    }

    private func serve(_ ready: (token: UInt64, isReadable: Bool, isWritable: Bool)) {
        switch ready.token {
        case Self.mailboxToken: parts.mailbox.drain()
        case Self.listenerToken: if lastMoment == nil { accept() }
        default:
            if ready.isWritable { flush(ready.token) }
            if ready.isReadable { read(ready.token) }
        }
    }

    private func accept() {
        do throws(NetworkError) {
            while let socket = try parts.listener.acceptWaiting() { try open(socket) }
        } catch {
            parts.instruments.acceptFailures.add()
            log.warning("FastAGI session not accepted, retrying", [.init("error", error)])
            epoll.remove(parts.listener.descriptor)
            acceptsAgain = now + Self.acceptPause
            check(at: now + Self.acceptPause)
        }
    }

    private func open(_ socket: Socket) throws(NetworkError) {
        guard connections.count < parts.configuration.maximumSessions else {
            parts.instruments.sessions[.refused]?.add()
            log.warning("FastAGI session refused, too many open", [.init("open", connections.count)])
            return
        }
        lastSession += 1
        do throws(SystemError) {
            try epoll.add(socket.descriptor, token: lastSession)
        } catch {
            throw .system(error)
        }
        let deadline = now + parts.configuration.silenceLimit
        connections[lastSession] = AGIConnection(
            socket,
            isOneWrite: parts.configuration.isOneWrite,
            deadline: deadline
        )
        check(at: deadline)
        countOpen()
    }

    private func read(_ id: UInt64) {
        guard let connection = connections[id] else { return }
        do throws(NetworkError) {
            guard let count = try connection.socket.read(into: &buffer) else { return }
            connection.session.receive(buffer[..<count])
        } catch {
            connection.session.close()
        }
        proceed(id, connection)
    }

    private func flush(_ id: UInt64) {
        guard let connection = connections[id] else { return }
        do throws(NetworkError) {
            try connection.flush()
            if !connection.hasUnsent { epoll.watch(connection.socket.descriptor, token: id, writing: false) }
        } catch {
            connection.session.close()
            proceed(id, connection)
        }
    }

    private func take(_ answer: AGIAnswer, for id: UInt64) {
        guard let connection = connections[id], connection.session.isDeciding else { return }
        connection.session.answer(answer)
        proceed(id, connection)
    }

    /// Does what the session says.
    private func proceed(_ id: UInt64, _ connection: AGIConnection) {
        while let step = connection.session.next() {
            switch step {
            case .request(let request):
                connection.request = request
                connection.session.ask(parts.handler.variables(for: request))
            case .decide(let request, let variables):
                setDeadline(connection, parts.configuration.answerDeadline)
                let reply = AGIReplyHandle(session: id, mailbox: parts.mailbox)
                parts.handler.answer(request, variables: variables, reply: reply)
            case .send(let bytes): send(bytes, isLast: false, id, connection)
            case .finish(let bytes): send(bytes, isLast: true, id, connection)
            case .end(let outcome): end(id, outcome)
            }
        }
    }

    private func send(_ bytes: Bytes, isLast: Bool, _ id: UInt64, _ connection: AGIConnection) {
        setDeadline(connection, parts.configuration.silenceLimit)
        do throws(NetworkError) {
            try connection.send(bytes, isLast: isLast)
            if connection.hasUnsent { epoll.watch(connection.socket.descriptor, token: id, writing: true) }
        } catch {
            connection.session.close()
        }
    }

    private func end(_ id: UInt64, _ outcome: AGIOutcome) {
        guard connections.removeValue(forKey: id) != nil else { return }
        parts.instruments.sessions[outcome]?.add()
        countOpen()
    }

    private func countOpen() { parts.instruments.openSessions.value = Double(connections.count) }

    // MARK: Time

    private func setDeadline(_ connection: AGIConnection, _ limit: Duration) {
        connection.deadline = now + limit
        check(at: connection.deadline)
    }

    private func check(at moment: Instant) { nextCheck = min(nextCheck ?? moment, moment) }

    /// Ends the waits that are over.
    ///
    /// A deadline that moved leaves a check that is too early, and finds the next one.
    private func checkDeadlines() {
        nextCheck = nil
        if let moment = acceptsAgain { acceptAgain(at: moment) }
        if let lastMoment {
            guard now < lastMoment else { return connections.keys.forEach { end($0, .stopped) } }
            check(at: lastMoment)
        }
        for (id, connection) in connections where connection.deadline <= now { expire(id, connection) }
        for connection in connections.values { check(at: connection.deadline) }
    }

    private func acceptAgain(at moment: Instant) {
        guard now >= moment else { return check(at: moment) }
        acceptsAgain = nil
        do throws(SystemError) {
            try epoll.add(parts.listener.descriptor, token: Self.listenerToken)
        } catch {
            acceptsAgain = now + Self.acceptPause
            check(at: now + Self.acceptPause)
        }
    }

    private func expire(_ id: UInt64, _ connection: AGIConnection) {
        guard connection.session.isDeciding, let request = connection.request else { return end(id, .silent) }
        log.warning("FastAGI answer late, fallback sent", [.init("script", request.path)])
        connection.session.answer(parts.handler.fallback(for: request), isFallback: true)
        proceed(id, connection)
    }
}
