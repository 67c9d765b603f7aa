package import Basics

/// A client of Redis: keeps one connection alive and pipelines the commands of any number of callers over it.
///
/// **Format.** RESP 2 over TCP, TLS or a Unix socket: a command is an array of bulk strings (`RedisCommand`), and each
/// command has exactly one reply (`RedisValue`), in order. `RedisReplyDecoder` reads replies with hiredis' reader, under
/// limits of bytes, elements and depth. Messages of channels need a connection of their own: `RedisSubscriber`.
///
/// **Invariants.**
/// - Replies go to commands in the order of sending. A command whose time is over keeps its place: its late reply is
///   dropped and never goes to another command.
/// - Each completion is called exactly once, at its deadline at the latest.
/// - Nothing is queued while there is no connection: a command then fails at once with `notConnected`. A command that was
///   sent before the connection ended fails in the same way, and Redis may have run it; nothing is sent twice.
/// - Memory is bounded: by the number of replies that are due, the bytes to send, and the limits of a reply.
/// - Commands that gather while the thread works are written at once, without a delay for the first one.
/// - It reconnects indefinitely, with jitter; a refused login is retried slowly. Whatever `prepare` sends comes before the
///   commands of all other callers.
/// - No key and no value is logged or part of an error's text.
///
/// ```swift
/// let configuration = try RedisConfiguration(url: "redis://localhost/1")
/// let client = RedisClient(configuration, log: log) { connection throws(RedisError) in
///     try await functions.load(over: connection)
/// }
/// let running = Task { try await client.run() }
/// let reply = try await client.send(RedisCommand("GET", "key"), within: .milliseconds(150))
/// ```
package final class RedisClient: Service, RedisConnection {
    package let name = "redis"
    package let configuration: RedisConfiguration

    private let keeper: ConnectionKeeper
    private let current: Current

    /// The connection that there is, shared with the keeper.
    private final class Current: Sendable {
        let link = Lock<RedisLink?>(nil)
        let lastError = Lock<RedisError?>(nil)
    }

    /// - Parameters:
    ///   - prepare: runs after each login, before commands of other callers are accepted. An error ends the connection, and
    ///     the next one is made after a delay. Its commands need deadlines, since nothing else limits its time.
    ///   - onDisconnect: called after the end of a connection that accepted commands; must not block.
    package init(
        _ configuration: RedisConfiguration,
        instruments: RedisInstruments = .unregistered(),
        log: Logger,
        prepare: @escaping @Sendable (RedisPreparation) async throws(RedisError) -> Void = { _ throws(RedisError) in },
        onDisconnect: @escaping @Sendable () -> Void = {}
    ) {
        self.configuration = configuration
        let current = Current()
        self.current = current
        keeper = ConnectionKeeper(
            configuration: configuration,
            instruments: instruments,
            log: log,
            began: { link in current.link.withLock { $0 = link } },
            prepare: prepare,
            failed: { error in current.lastError.withLock { $0 = error } },
            ended: { _, wasOpen in if wasOpen { onDisconnect() } }
        )
    }

    /// Whether commands are accepted now.
    package var isConnected: Bool { current.link.withLock { $0 }?.isOpen == true }

    /// Why the last connection failed or ended; `nil` while commands are accepted, and before the first attempt ends.
    package var lastError: RedisError? { isConnected ? nil : current.lastError.withLock { $0 } }

    /// Connects, and reconnects, until cancelled; then waits half a second at most for replies that are due.
    package func run() async throws {
        defer { current.link.withLock { $0 = nil } }
        try await keeper.run()
    }

    package func send(
        _ command: RedisCommand,
        within limit: Duration,
        completion: @escaping @Sendable (Result<RedisValue, RedisError>) -> Void
    ) {
        guard let link = current.link.withLock({ $0 }) else { return completion(.failure(.notConnected)) }
        link.send(command, within: limit, isEarly: false, completion: completion)
    }

    package func send(
        _ commands: [RedisCommand],
        within limit: Duration,
        completion: @escaping @Sendable (Result<[RedisValue], RedisError>) -> Void
    ) {
        guard let link = current.link.withLock({ $0 }) else { return completion(.failure(.notConnected)) }
        link.send(commands, within: limit, isEarly: false, completion: completion)
    }
}
