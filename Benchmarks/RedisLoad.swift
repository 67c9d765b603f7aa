import Basics
import CallerID
import Redis

/// Measures decisions in Redis through `RedisEngine` over one connection, with all rules: two scopes, a rate, quotas,
/// a reservation, an id of the request.
final class RedisLoad: Sendable {
    private struct State {
        var latencies: [Double] = []
        var errors = 0
        var sent = 0
        var open = 0
        var hasEnded = false
    }

    private static let duration = Duration.milliseconds(1500)
    private static let numbers = 20_000

    private let engine: RedisEngine
    private let concurrency: Int
    private let state = Lock(State())
    private let isDone = Promise<Bool>()
    private let begin = ContinuousClock.now
    private let destination: Destination

    private init(_ engine: RedisEngine, concurrency: Int, _ destination: Destination) {
        self.engine = engine
        self.concurrency = concurrency
        self.destination = destination
    }

    /// Prints the decisions a second, p50 and p99 in milliseconds, and the errors.
    ///
    /// - Parameters:
    ///   - path: the socket of a Redis whose keys are the benchmark's.
    ///   - concurrency: the decisions under way at a time.
    static func run(path: String, concurrency: Int) async throws {
        let log = Logger("redis", sink: LogSink(level: .warning))
        let client = RedisClient(RedisConfiguration(.unix(path: path)), log: log)
        let running = Task { try await client.run() }
        while !client.isConnected { try await Task.sleep(for: .milliseconds(10)) }
        var policy = SelectionPolicy()
        policy.reservationSeconds = 1
        policy.requestsPerMinute = 1_000_000_000
        (policy.hourlyLimit, policy.dailyLimit) = (1_000_000, 1_000_000)
        let engine = RedisEngine(RedisEngine.Configuration(policy: policy), over: client)
        if try await client.send(RedisCommand("EXISTS", "cid:gen"), within: .seconds(5)).integer == 0 {
            try await engine.store((1...Self.numbers).compactMap(number))
            try await engine.open(generation: "1")
        }
        // No number has this area code, so that all of them take part.
        guard let destination = Destination("9995559876") else { return }
        let load = RedisLoad(engine, concurrency: concurrency, destination)
        for _ in 0..<concurrency { load.next() }
        _ = await load.isDone.value
        load.report()
        running.cancel()
    }

    private static func number(_ id: Int) -> CallerNumber? {
        let area = "\(200 + id % 100)"
        let digits = area + String(repeating: "0", count: 7 - "\(id)".utf8.count) + "\(id)"
        guard let number = Digits(digits), let code = Digits(area) else { return nil }
        return CallerNumber(id: Int64(id), digits: number, carrier: "Example", areaCode: code)
    }

    private func next() {
        let start = ContinuousClock.now
        guard begin.duration(to: start) < Self.duration else { return end() }
        let number = state.withLock { state in
            state.sent += 1
            state.open += 1
            return state.sent
        }
        let request = SelectionRequest(
            destination: destination,
            campaign: "sales",
            agent: "agent001",
            holder: "\(begin.duration(to: start).components.attoseconds)-\(number)",
            isRepeatable: true
        )
        engine.select(request) { [self] result in
            var isRight = false
            if case .success(let decision) = result, case .granted = decision.answer { isRight = true }
            state.withLock { [isRight] state in
                state.latencies.append(start.duration(to: .now) / .seconds(1))
                if !isRight { state.errors += 1 }
                state.open -= 1
            }
            next()
        }
    }

    /// Once nothing is under way any more.
    private func end() {
        let isFirst = state.withLock { state in
            guard state.open == 0, !state.hasEnded else { return false }
            state.hasEnded = true
            return true
        }
        if isFirst { isDone.fulfil(true) }
    }

    private func report() {
        var result = LoadGenerator.Result()
        (result.latencies, result.errors) = state.withLock { ($0.latencies.sorted(), $0.errors) }
        result.seconds = Self.duration / .seconds(1)
        print(Int(result.rate), result.percentile(0.5), result.percentile(0.99), result.errors)
    }
}
