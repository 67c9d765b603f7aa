import Basics
import Glibc
import RedisTestSupport
import TestSupport
import Testing

@testable import CallerID

/// An instance of the service with Redis, in a folder of its own; its services run as long as it lives.
final class SharedTesting: Sendable {
    let testing: CallerIDTesting
    let shared: SharedEngine
    private let running: [Task<Void, any Error>]

    var service: CallerIDService { testing.service }
    var picture: EmbeddedEngine { testing.service.engine }

    /// How much longer than in CI the tests of several instances run: `CALLERID_SHARED_ROUNDS=100`.
    static let rounds: Int = {
        guard let text = unsafe getenv("CALLERID_SHARED_ROUNDS") else { return 1 }
        return unsafe Int(String(cString: text)) ?? 1
    }()

    /// - Parameters:
    ///   - numbers: how many numbers of the area code 212 it stores first.
    ///   - waits: whether Redis has to decide before this returns.
    init(
        _ server: RedisServer,
        numbers: Int = 0,
        waits: Bool = true,
        _ change: (inout CallerIDConfiguration) -> Void = { _ in }
    ) async throws {
        let path = server.path
        testing = try await CallerIDTesting((0..<numbers).map { "\(2_125_550_000 + $0)" }) { configuration in
            configuration.redisURL = Secret("unix://\(path)")
            configuration.decisionTimeout = 60_000
            configuration.requestsPerMinute = 0
            change(&configuration)
        }
        let (engine, shared) = (testing.service.engine, try #require(testing.service.shared))
        self.shared = shared
        running = [Task { try await engine.run() }, Task { try await shared.run() }]
        if waits { try await decides() }
    }

    deinit { for task in running { task.cancel() } }

    /// Ends it as SIGTERM does.
    func stop() async {
        for task in running.reversed() {
            task.cancel()
            _ = await task.result
        }
    }

    /// Waits until Redis decides.
    func decides() async throws {
        try await eventually("Redis decides") { !picture.isAway }
    }

    func select(agent: String = "a", id: String = "") async throws -> Result<Selection, Undecided> {
        let request = try SelectionStateTests.request("2125559876", agent: agent, id: id)
        let promise = Promise<Result<Selection, Undecided>>()
        shared.select(request) { promise.fulfil($0) }
        return await promise.value
    }

    /// The number given to a request; `nil` for none.
    func number(id: String = "") async throws -> Digits? {
        if case .success(.granted(let grant)) = try await select(id: id) { grant.number } else { nil }
    }

    /// The numbers given to requests at once.
    static func numbers(_ count: Int, of instances: [SharedTesting]) async throws -> [Digits] {
        try await withThrowingTaskGroup(of: Digits?.self) { group in
            for index in 0..<count {
                let instance = instances[index % instances.count]
                group.addTask { try await instance.number() }
            }
            var numbers: [Digits] = []
            for try await number in group { if let number { numbers.append(number) } }
            return numbers
        }
    }
}
