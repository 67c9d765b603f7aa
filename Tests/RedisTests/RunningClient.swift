import Basics
import RedisTestSupport
import TestSupport

@testable import Redis

/// Limits with which no test depends on the speed of the machine.
extension RedisConfiguration {
    static func patient(_ address: RedisAddress) -> RedisConfiguration {
        var configuration = RedisConfiguration(address)
        configuration.connectTimeout = .seconds(60)
        configuration.stallTimeout = .seconds(120)
        configuration.backoff = Backoff(base: .milliseconds(1), cap: .milliseconds(20))
        return configuration
    }

    static func patient(_ server: RedisServer) -> RedisConfiguration { patient(.unix(path: server.path)) }
}

/// How long a test waits for a reply that has to come.
let patience = Duration.seconds(60)

/// A client that runs until it is stopped, or the last reference goes.
final class RunningClient: Sendable {
    let client: RedisClient
    let log = LogLines()
    let instruments = RedisInstruments.unregistered()
    let preparations = Counter()
    let disconnections = Counter()
    private let running: Task<Void, any Error>

    init(
        _ configuration: RedisConfiguration,
        prepare: @escaping @Sendable (RedisPreparation) async throws(RedisError) -> Void = { _ throws(RedisError) in }
    ) {
        let client = RedisClient(
            configuration,
            instruments: instruments,
            log: Logger("redis", sink: log.sink),
            prepare: { [preparations] connection throws(RedisError) in
                preparations.add()
                try await prepare(connection)
            },
            onDisconnect: { [disconnections] in disconnections.add() }
        )
        self.client = client
        running = Task { try await client.run() }
    }

    deinit { running.cancel() }

    /// Waits until commands are accepted.
    func connected() async throws -> RedisClient {
        try await eventually("connected; the log: \(log.lines)") { client.isConnected }
        return client
    }

    func stop() async {
        running.cancel()
        _ = await running.result
    }
}

/// The error of a call that fails.
func failure(_ body: () async throws(RedisError) -> RedisValue) async -> RedisError? {
    do throws(RedisError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// The outcomes of many calls, in the order in which they came.
final class Outcomes: Sendable {
    private let results = Lock<[Result<RedisValue, RedisError>]>([])

    func add(_ result: Result<RedisValue, RedisError>) { results.withLock { $0.append(result) } }

    var all: [Result<RedisValue, RedisError>] { results.withLock { $0.map { $0 } } }

    func wait(for count: Int) async throws -> [Result<RedisValue, RedisError>] {
        try await eventually("\(count) outcomes") { all.count >= count }
        return all
    }
}

/// Something other than what a test needs to go on.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
}

extension RedisClient {
    /// Sends a command and waits for its reply.
    func ask(_ name: String, _ words: any RedisWord...) async throws -> RedisValue {
        try await send(RedisCommand(name, words: words), within: patience)
    }
}
