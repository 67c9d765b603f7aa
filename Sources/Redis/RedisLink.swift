import Basics

/// One connection to Redis, from the connect to its end, on its own thread.
///
/// Any thread adds commands to a buffer; the thread of the connection writes what has gathered at once, and hands each
/// reply to the oldest command that has none.
final class RedisLink: Sendable {
    /// What other threads leave for the connection's thread.
    struct Inbox {
        var bytes: [UInt8] = []
        var requests: [RequestQueue.Request] = []
        /// Replies that are due, also those of commands that the thread has taken.
        var due = 0
        /// Bytes that are not written yet, also those that the thread has taken.
        var unwritten = 0
        var isConnected = false
        /// Whether commands are accepted that are not part of the preparation.
        var isOpen = false
        var isStopping = false
        var failure: RedisError?
        /// Whether the thread sleeps, or is about to, and needs a signal.
        var isAsleep = false
    }

    /// Why and when a connection ended.
    struct Ending: Sendable {
        /// `nil` when it was stopped.
        let error: RedisError?
        /// When bytes last arrived, or the connection began; `nil` without a connection.
        let lastHeard: Timestamp?
    }

    let configuration: RedisConfiguration
    let instruments: RedisInstruments
    let onPush: (@Sendable (RedisValue) -> Bool)?
    let wakeup: EventFD
    let inbox = Lock(Inbox())
    let connected = Promise<Bool>()
    private let ended = Promise<Ending>()

    /// - Parameter onPush: called on the thread of the connection with each reply; true when it was a message that answers
    ///   no command.
    init(
        _ configuration: RedisConfiguration,
        _ instruments: RedisInstruments,
        onPush: (@Sendable (RedisValue) -> Bool)? = nil
    ) throws(SystemError) {
        self.configuration = configuration
        self.instruments = instruments
        self.onPush = onPush
        wakeup = try EventFD()
        try Thread.detach("redis") { [self] in
            let ending = run()
            Thread.releaseLibraryState()
            ended.fulfil(ending)
        }
    }

    /// Whether the connection could be made; waits until that is known.
    var isConnected: Bool { get async { await connected.value } }

    /// The end of the connection, once it has come.
    var ending: Ending { get async { await ended.value } }

    var isOpen: Bool { inbox.withLock { $0.isOpen } }

    /// Accepts commands of all callers from now on; false when the connection has ended or is ending.
    func open() -> Bool {
        inbox.withLock { inbox in
            inbox.isOpen = inbox.isConnected && !inbox.isStopping && inbox.failure == nil
            return inbox.isOpen
        }
    }

    /// Ends the connection once the commands so far have their replies, or their time is over; does not block.
    func stop() {
        inbox.withLock { ($0.isStopping, $0.isOpen) = (true, false) }
        wakeup.signal()
    }

    /// Ends the connection now, because of `error`; does not block.
    func close(_ error: RedisError) {
        inbox.withLock { ($0.failure, $0.isOpen) = ($0.failure ?? error, false) }
        wakeup.signal()
    }

    /// Adds commands to what is sent; returns why they are refused, in which case `receiver` gets nothing.
    ///
    /// - Parameter isEarly: whether they belong to the preparation, before the connection is open to all.
    func submit(
        _ commands: some Collection<RedisCommand>,
        _ receiver: RequestQueue.Receiver,
        within limit: Duration,
        isEarly: Bool
    ) -> RedisError? {
        guard limit > .zero else { return .timedOut }
        let deadline = ContinuousClock.now + limit
        let size = commands.reduce(0) { $0 + $1.encodedSize }
        let count = commands.count
        let (error, isAsleep) = inbox.withLock { inbox -> (RedisError?, Bool) in
            let isAllowed = isEarly ? inbox.isConnected && !inbox.isStopping : inbox.isOpen
            guard isAllowed, inbox.failure == nil else { return (.notConnected, false) }
            guard count <= configuration.longestQueue - inbox.due, size <= configuration.queueBytes - inbox.unwritten
            else { return (.busy, false) }
            let before = inbox.bytes.count
            for command in commands { command.encode(into: &inbox.bytes) }
            inbox.unwritten += inbox.bytes.count - before
            inbox.due += count
            inbox.requests.append(RequestQueue.Request(receiver: receiver, deadline: deadline))
            defer { inbox.isAsleep = false }
            return (nil, inbox.isAsleep)
        }
        if isAsleep { wakeup.signal() }
        return error
    }
}
