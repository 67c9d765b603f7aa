import Basics

/// What commands can be sent over.
package protocol RedisConnection: Sendable {
    /// Sends a command; `completion` gets its reply, or the reason why there is none.
    ///
    /// Does not block. `completion` is called exactly once and must not block: on the thread of the connection, or before
    /// this returns when the command is refused (`notConnected`, `busy`, `timedOut` without any time). An error reply is
    /// the failure `server`.
    ///
    /// - Parameter limit: how long the reply may take; then the failure is `timedOut`, and a later reply is dropped.
    func send(
        _ command: RedisCommand,
        within limit: Duration,
        completion: @escaping @Sendable (Result<RedisValue, RedisError>) -> Void
    )

    /// Sends commands with nothing between them, such as MULTI to EXEC; all of them are accepted, or none.
    ///
    /// As for one command, but error replies are values: one `error` does not hide the other replies.
    func send(
        _ commands: [RedisCommand],
        within limit: Duration,
        completion: @escaping @Sendable (Result<[RedisValue], RedisError>) -> Void
    )
}

extension RedisConnection {
    /// Sends a command and waits for its reply.
    ///
    /// - Throws: `cancelled` as soon as the task is cancelled; Redis may still run the command.
    package func send(_ command: RedisCommand, within limit: Duration) async throws(RedisError) -> RedisValue {
        let promise = Promise<Result<RedisValue, RedisError>>()
        send(command, within: limit) { promise.fulfil($0) }
        return try await promise.valueUnlessCancelled().get()
    }

    /// Sends commands with nothing between them, and waits for all replies.
    ///
    /// - Throws: `cancelled` as soon as the task is cancelled; Redis may still run the commands.
    package func send(_ commands: [RedisCommand], within limit: Duration) async throws(RedisError) -> [RedisValue] {
        let promise = Promise<Result<[RedisValue], RedisError>>()
        send(commands, within: limit) { promise.fulfil($0) }
        return try await promise.valueUnlessCancelled().get()
    }
}

extension Promise {
    /// The value, or `cancelled` when the task is cancelled first.
    func valueUnlessCancelled<Success>() async -> Value where Value == Result<Success, RedisError> {
        await withTaskCancellationHandler {
            await value
        } onCancel: {
            fulfil(.failure(.cancelled))
        }
    }
}
