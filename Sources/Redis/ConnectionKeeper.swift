import Basics

/// Makes connections one after the other: connect, log in, prepare, serve until the end, wait.
struct ConnectionKeeper: Sendable {
    let configuration: RedisConfiguration
    let instruments: RedisInstruments
    let log: Logger
    /// What gets messages that answer no command: see `RedisLink`.
    var onPush: (@Sendable (RedisValue) -> Bool)?
    /// Called with each connection as soon as it is being made.
    var began: @Sendable (RedisLink) -> Void = { _ in }
    /// Runs after the login, before the connection is open to all.
    let prepare: @Sendable (RedisPreparation) async throws(RedisError) -> Void
    /// Called with each reason why there is no connection.
    var failed: @Sendable (RedisError) -> Void = { _ in }
    /// Called after the end of a connection that could be made, with whether it was open.
    let ended: @Sendable (RedisLink.Ending, Bool) -> Void

    /// Keeps a connection until the task is cancelled.
    func run() async throws {
        var backoff = configuration.backoff
        var generator = SplitMix64()
        while !Task.isCancelled {
            let (error, wasOpen) = await connectOnce()
            guard !Task.isCancelled, let error else { break }
            if wasOpen { backoff.reset() }
            var delay = backoff.next(using: &generator)
            if case .refused = error { delay = configuration.refusalDelay }
            failed(error)
            report(error, retryIn: delay)
            try await Task.sleep(for: delay)
        }
    }

    /// Keeps one connection from beginning to end; the error is `nil` when it was stopped.
    private func connectOnce() async -> (error: RedisError?, wasOpen: Bool) {
        let link: RedisLink
        do throws(SystemError) {
            link = try RedisLink(configuration, instruments, onPush: onPush)
        } catch {
            return (.network(.system(error)), false)
        }
        began(link)
        return await withTaskCancellationHandler {
            var isOpen = false
            if await link.isConnected {
                do throws(RedisError) {
                    try await logIn(RedisPreparation(link: link))
                    isOpen = link.open()
                    if isOpen { opened() }
                } catch {
                    link.close(error)
                }
            }
            let ending = await link.ending
            if isOpen { instruments.connected.value = 0 }
            if ending.lastHeard != nil { ended(ending, isOpen) }
            return (ending.error, isOpen)
        } onCancel: {
            link.stop()
        }
    }

    private func logIn(_ preparation: RedisPreparation) async throws(RedisError) {
        let steps = configuration.login
        let replies = try await preparation.send(steps.map(\.command), within: configuration.connectTimeout)
        for (step, reply) in zip(steps, replies) {
            guard case .error(let error) = reply, step.isRequired || error.code != "NOPERM" else { continue }
            throw error.isRefusal ? .refused(error) : .server(error)
        }
        try await prepare(preparation)
    }

    private func opened() {
        instruments.connected.value = 1
        instruments.connections.add()
        log.info("Redis connected", [.init(own: "address", configuration.place)])
    }

    private func report(_ error: RedisError, retryIn delay: Duration) {
        let fields = [
            Logger.Field(own: "address", configuration.place), .init(own: "error", error),
            .init(own: "retry_in", delay.formatted),
        ]
        if case .refused = error {
            instruments.refusals.add()
            log.error("Redis login refused", fields)
        } else {
            instruments.failures.add()
            log.warning("Redis unavailable, retrying", fields)
        }
    }
}

/// A connection before it is open to all callers.
package struct RedisPreparation: RedisConnection {
    let link: RedisLink

    package func send(
        _ command: RedisCommand,
        within limit: Duration,
        completion: @escaping @Sendable (Result<RedisValue, RedisError>) -> Void
    ) { link.send(command, within: limit, isEarly: true, completion: completion) }

    package func send(
        _ commands: [RedisCommand],
        within limit: Duration,
        completion: @escaping @Sendable (Result<[RedisValue], RedisError>) -> Void
    ) { link.send(commands, within: limit, isEarly: true, completion: completion) }
}

extension RedisLink {
    func send(
        _ command: RedisCommand,
        within limit: Duration,
        isEarly: Bool,
        completion: @escaping @Sendable (Result<RedisValue, RedisError>) -> Void
    ) {
        let error = submit(CollectionOfOne(command), .one(completion), within: limit, isEarly: isEarly)
        if let error { completion(.failure(error)) }
    }

    func send(
        _ commands: [RedisCommand],
        within limit: Duration,
        isEarly: Bool,
        completion: @escaping @Sendable (Result<[RedisValue], RedisError>) -> Void
    ) {
        guard !commands.isEmpty else { return completion(.success([])) }
        let receiver = RequestQueue.Receiver.batch(missing: commands.count, [], completion)
        let error = submit(commands, receiver, within: limit, isEarly: isEarly)
        if let error { completion(.failure(error)) }
    }
}
