import Redis

/// Lets one instance at a time take numbers over from the database of the site, by a key in Redis that ends by itself.
///
/// The others get what it changed over `cid:numbers`. While Redis is away each instance works by itself.
struct SyncLock: Sendable {
    private let client: RedisClient
    private let key: String

    /// Milliseconds after which the key ends, whatever became of its holder.
    private static let life = 60_000
    private static let timeout = Duration.seconds(2)
    /// How long the first sync after a start waits for Redis.
    private static let patience = Duration.seconds(1)
    /// Deletes the key only while it is that of this holder.
    private static let release =
        "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"

    init(over client: RedisClient, prefix: String) {
        self.client = client
        key = prefix + "cid:lock:sync"
    }

    /// Runs `body` unless another instance has the lock.
    ///
    /// - Throws: `SyncError.busy` when another one has it, or what `body` throws.
    func run<Answer: Sendable>(_ body: () async throws(SyncError) -> Answer) async throws(SyncError) -> Answer {
        let token = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 16) }.joined()
        guard await take(token) else { throw .busy }
        let result: Result<Answer, SyncError>
        do throws(SyncError) { result = .success(try await body()) } catch { result = .failure(error) }
        await release(token)
        return try result.get()
    }

    /// - Returns: false when another instance has the lock; true also without Redis.
    private func take(_ token: String) async -> Bool {
        let deadline = ContinuousClock.now + Self.patience
        while !client.isConnected, client.lastError == nil, ContinuousClock.now < deadline, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(10))
        }
        let command = RedisCommand("SET", key, token, "NX", "PX", Self.life)
        do throws(RedisError) {
            return try await client.send(command, within: Self.timeout) != .null
        } catch {
            return true
        }
    }

    private func release(_ token: String) async {
        // Without an answer the key ends by itself.
        _ = try? await client.send(RedisCommand("EVAL", Self.release, 1, key, token), within: Self.timeout)
    }
}
