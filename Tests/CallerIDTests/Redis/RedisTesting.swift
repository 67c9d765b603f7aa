import Basics
import Redis
import RedisTestSupport
import TestSupport
import Testing

@testable import CallerID

/// A Redis of its own, and a connection to it.
final class RedisTesting: Sendable {
    let server: RedisServer
    let client: RedisClient
    private let running: Task<Void, any Error>

    static let patience = Duration.seconds(60)

    init(_ server: RedisServer? = nil) async throws {
        let server = if let server { server } else { try await RedisServer() }
        var configuration = RedisConfiguration(.unix(path: server.path))
        configuration.connectTimeout = Self.patience
        configuration.stallTimeout = Self.patience
        let client = RedisClient(configuration, log: Logger("redis", sink: LogLines().sink))
        self.server = server
        self.client = client
        running = Task { try await client.run() }
        try await eventually("connected") { client.isConnected }
    }

    deinit { running.cancel() }

    func engine(
        _ policy: SelectionPolicy,
        prefix: String = "",
        clock: (@Sendable () -> Int64)? = nil
    ) -> RedisEngine {
        var configuration = RedisEngine.Configuration(policy: policy)
        configuration.prefix = prefix
        configuration.timeout = Self.patience
        configuration.storeTimeout = Self.patience
        configuration.testClock = clock
        return RedisEngine(configuration, over: client)
    }

    func ask(_ name: String, _ words: any RedisWord...) async throws -> RedisValue {
        try await client.send(RedisCommand(name, words: words), within: Self.patience)
    }
}
