import Basics

/// The thread of all sockets: reads, writes, and keeps their time.
final class WebSocketLoop {
    private typealias Instant = ContinuousClock.Instant

    private static let mailboxToken = UInt64.max

    private let configuration: WebSockets.Configuration
    private let mailbox: WebSocketMailbox
    private let epoll: Epoll
    private var connections: [UInt64: WebSocketConnection] = [:]
    private var lastID: UInt64 = 0
    private var buffer = [UInt8](repeating: 0, count: 16 << 10)
    private var now: Instant
    /// When the deadlines are checked next.
    private var nextCheck: Instant
    /// When the last sockets end, once all stop.
    private var lastMoment: Instant?

    init(_ configuration: WebSockets.Configuration, _ mailbox: WebSocketMailbox) throws(SystemError) {
        self.configuration = configuration
        self.mailbox = mailbox
        now = configuration.clock()
        nextCheck = now
        epoll = try Epoll()
        try epoll.add(mailbox.descriptor, token: Self.mailboxToken)
    }

    /// Blocks until the mailbox says to stop and all sockets are closed.
    func run() {
        while true {
            let mail = mailbox.collect(open: connections.count)
            for socket in mail.opened { open(socket) }
            for socket in mail.flushes { if let connection = connections[socket.id] { flush(connection) } }
            if mail.isStopping, lastMoment == nil { stop() }
            if lastMoment != nil, connections.isEmpty { break }
            let isBusy = !mail.opened.isEmpty || !mail.flushes.isEmpty
            let timeout = connections.isEmpty ? nil : max(.zero, nextCheck - configuration.clock())
            let count = epoll.wait(timeout: isBusy ? .zero : timeout)
            mailbox.isAwake()
            now = configuration.clock()
            for index in 0..<count { serve(epoll.ready(index)) }
            if now >= nextCheck { check() }
        }
        for socket in mailbox.end() { socket.close() }
    }

    private func stop() {
        lastMoment = configuration.clock() + configuration.stopTimeout
        for connection in connections.values { connection.socket.close(.goingAway, "the server stops") }
    }

    private func serve(_ ready: (token: UInt64, isReadable: Bool, isWritable: Bool)) {
        guard ready.token != Self.mailboxToken else { return mailbox.drain() }
        if ready.isWritable, let connection = connections[ready.token] { flush(connection) }
        if ready.isReadable, let connection = connections[ready.token] { read(connection) }
    }

    private func open(_ upgraded: UpgradedSocket) {
        lastID += 1
        let id = lastID
        do throws(SystemError) {
            guard connections.count < configuration.limit else { return upgraded.close() }
            try epoll.add(upgraded.descriptor, token: id)
        } catch {
            return upgraded.close()
        }
        let socket = WebSocket(id: id, address: upgraded.offer.address, configuration.queue, mailbox)
        let limit = configuration.messageLimit
        let connection = WebSocketConnection(upgraded, socket, messageLimit: limit, now: configuration.clock())
        connections[id] = connection
        connection.handler.opened(socket)
        if lastMoment != nil { socket.close(.goingAway, "the server stops") }
        take(connection.received[...], from: connection)
    }

    private func read(_ connection: WebSocketConnection) {
        guard let bytes = connection.read(into: &buffer) else { return }
        guard !bytes.isEmpty else { return finish(connection, .lost) }
        connection.isAlive()
        // After a failure the rest is only read so that the client sees the end, and not a reset.
        take(bytes, from: connection)
    }

    private func take(_ bytes: Bytes, from connection: WebSocketConnection) {
        let socket = connection.socket
        for input in connection.reader.receive(bytes) {
            switch input {
            case .text(let message):
                if socket.end == nil { connection.handler.received(message, on: socket) }
            case .binary: socket.close(.refused(.unsupportedData), .unsupportedData, "only text is taken")
            case .ping(let payload): socket.pong(payload)
            case .pong: break
            case .close(let code):
                connection.isPeerDone = true
                socket.close(.client(code), code, dropping: true)
                flush(connection)
            case .failure(let code): socket.close(.refused(code), code, dropping: true)
            }
        }
    }

    private func flush(_ connection: WebSocketConnection) {
        guard connections[connection.socket.id] != nil else { return }
        let socket = connection.socket
        let progress = socket.write(to: connection.descriptor)
        let isClosing = socket.end != nil
        if isClosing, connection.lastMoment == nil { connection.lastMoment = now + configuration.closeTimeout }
        switch progress {
        case .blocked: watch(connection, writing: true)
        case .failed: finish(connection, .lost)
        case .drained where !isClosing:
            watch(connection, writing: false)
            connection.handler.drained(socket)
        case .drained:
            watch(connection, writing: false)
            if connection.isPeerDone { return finish(connection, .lost) }
            if connection.reader.isFinished { connection.endWriting() }
        }
    }

    private func watch(_ connection: WebSocketConnection, writing: Bool) {
        guard connection.isWatchedForWriting != writing else { return }
        connection.isWatchedForWriting = writing
        epoll.watch(connection.descriptor, token: connection.socket.id, writing: writing)
    }

    private func check() {
        nextCheck = now + configuration.tick
        for connection in connections.values {
            var end = connection.check(at: now)
            // After a pause of this machine answers may have come that were not read yet.
            if end == .silent {
                read(connection)
                end = connection.check(at: now)
            }
            if let end { finish(connection, end) }
        }
        guard let lastMoment, now >= lastMoment else { return }
        for connection in connections.values { finish(connection, .lost) }
    }

    /// Closes the connection.
    ///
    /// - Parameter end: why, unless the socket was closing already.
    private func finish(_ connection: WebSocketConnection, _ end: WebSocketEnd) {
        guard connections.removeValue(forKey: connection.socket.id) != nil else { return }
        epoll.remove(connection.descriptor)
        let final = connection.socket.finish(end)
        connection.close()
        connection.handler.closed(connection.socket, final)
    }
}
