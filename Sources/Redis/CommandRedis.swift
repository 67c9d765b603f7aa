import Basics

/// A connection to Redis for the time of one command.
package enum CommandRedis {
    /// How long Redis may take for each step.
    package static let patience = Duration.seconds(2)

    /// Connects, runs `body`, and closes; nothing is logged.
    ///
    /// - Throws: why there is no connection, or what `body` throws.
    package static func run<Answer: Sendable>(
        _ configuration: RedisConfiguration,
        _ body: (RedisClient) async throws(RedisError) -> Answer
    ) async throws(RedisError) -> Answer {
        let client = RedisClient(configuration, log: Logger("redis", sink: LogSink { _ in }))
        let running = Task { try await client.run() }
        defer { running.cancel() }
        let deadline = ContinuousClock.now + patience
        while !client.isConnected, client.lastError == nil, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
        if !client.isConnected { throw client.lastError ?? .timedOut }
        return try await body(client)
    }
}
