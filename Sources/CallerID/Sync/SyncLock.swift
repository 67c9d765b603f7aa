import Redis

/// Lets one instance at a time take numbers over from the database of the site, by a key in Redis that ends by itself.
///
/// Its holder renews the key as long as it works, and gives up when the key is gone or another one's. The others get what
/// it changed over `cid:numbers`. While Redis is away each instance works by itself.
struct SyncLock: Sendable {
    /// How long the key lasts, whatever became of its holder, and how often the holder renews it.
    struct Times: Sendable {
        var life = Duration.seconds(60)
        var renewal = Duration.seconds(15)
    }

    /// The holder's proof that it has the lock.
    struct Holding: Sendable {
        fileprivate let lock: SyncLock
        /// `nil` without Redis.
        fileprivate let token: String?

        /// Renews the lock; to be called before what must not happen without it.
        ///
        /// - Throws: `SyncError.lost`.
        func confirm() async throws(SyncError) {
            if let token, await lock.renew(token) == false { throw .lost }
        }

        /// Renews the lock again and again until cancelled; returns whether it was lost.
        fileprivate func keep() async -> Bool {
            while (try? await Task.sleep(for: lock.times.renewal)) != nil {
                do throws(SyncError) { try await confirm() } catch { return true }
            }
            return false
        }
    }

    /// How one of the two tasks of a holder ended.
    private enum End<Answer: Sendable>: Sendable {
        case work(Result<Answer, SyncError>)
        case renewal(isLost: Bool)
    }

    private let client: RedisClient
    private let key: String
    private let times: Times

    private static let timeout = Duration.seconds(2)
    /// How long the first sync after a start waits for Redis.
    private static let patience = Duration.seconds(1)
    /// Deletes the key only while it is that of this holder.
    private static let release =
        "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
    /// Lets the key last longer only while it is that of this holder.
    private static let renewal =
        "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"

    init(over client: RedisClient, prefix: String, times: Times = Times()) {
        self.client = client
        self.times = times
        key = prefix + "cid:lock:sync"
    }

    /// Runs `body` unless another instance has the lock.
    ///
    /// - Parameter body: is cancelled when the lock is lost. What it has done by then counts.
    /// - Throws: `SyncError.busy` when another one has the lock; `.lost` when `body` did not end as it should after the
    ///   lock was lost; or what `body` throws.
    func run<Answer: Sendable>(
        _ body: @escaping @Sendable (Holding) async throws(SyncError) -> Answer
    ) async throws(SyncError) -> Answer {
        let holding = try await take()
        let result = await withTaskGroup(of: End<Answer>.self) { group in
            group.addTask { .work(await Self.result(body, holding)) }
            if holding.token != nil { group.addTask { .renewal(isLost: await holding.keep()) } }
            var result = Result<Answer, SyncError>.failure(.lost)
            var isLost = false
            for await end in group {
                switch end {
                case .work(let ended): result = ended
                case .renewal(let lost): isLost = lost
                }
                group.cancelAll()
            }
            if isLost, case .failure = result { result = .failure(.lost) }
            return result
        }
        if let token = holding.token { await release(token) }
        return try result.get()
    }

    private static func result<Answer>(
        _ body: (Holding) async throws(SyncError) -> Answer,
        _ holding: Holding
    ) async -> Result<Answer, SyncError> {
        do throws(SyncError) { return .success(try await body(holding)) } catch { return .failure(error) }
    }

    /// - Throws: `SyncError.busy` when another instance has the lock.
    private func take() async throws(SyncError) -> Holding {
        let deadline = ContinuousClock.now + Self.patience
        while !client.isConnected, client.lastError == nil, ContinuousClock.now < deadline, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(10))
        }
        let token = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 16) }.joined()
        let command = RedisCommand("SET", key, token, "NX", "PX", milliseconds)
        let answer: RedisValue
        do throws(RedisError) { answer = try await client.send(command, within: Self.timeout) } catch {
            return Holding(lock: self, token: nil)
        }
        guard answer != .null else { throw .busy }
        return Holding(lock: self, token: token)
    }

    /// - Returns: whether the lock is still that of the holder; `nil` when Redis does not say.
    private func renew(_ token: String) async -> Bool? {
        let command = RedisCommand("EVAL", Self.renewal, 1, key, token, milliseconds)
        guard let answer = try? await client.send(command, within: Self.timeout) else { return nil }
        return answer.integer.map { $0 == 1 }
    }

    private func release(_ token: String) async {
        // Without an answer the key ends by itself.
        _ = try? await client.send(RedisCommand("EVAL", Self.release, 1, key, token), within: Self.timeout)
    }

    private var milliseconds: Int { Int(times.life / .milliseconds(1)) }
}
