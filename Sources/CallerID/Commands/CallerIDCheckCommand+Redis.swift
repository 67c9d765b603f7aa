import Basics
import Daemon
import Redis

extension CallerIDCheckCommand {
    /// How long Redis may take for each step.
    private static let patience = Duration.seconds(2)

    /// Whether Redis can be used: the connection, the login, the version, what it does when its memory is full.
    static func checkRedis(_ configuration: CallerIDConfiguration, _ report: inout CheckReport) async {
        let redis: RedisConfiguration
        do throws(RedisURLError) {
            guard let configured = try configuration.redis() else { return }
            redis = configured
        } catch {
            return report.add(.failed, "Redis", "\(error)")
        }
        let client = RedisClient(redis, log: Logger("redis", sink: LogSink { _ in }))
        let running = Task { try await client.run() }
        defer { running.cancel() }
        let deadline = ContinuousClock.now + patience
        while !client.isConnected, client.lastError == nil, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
        do throws(RedisError) {
            if !client.isConnected { throw client.lastError ?? .timedOut }
            let info = RedisInfo(try await client.send(RedisCommand("INFO"), within: patience).string ?? "")
            let schema = RedisCommand("GET", configuration.redisPrefix + "cid:schema")
            check(info, schema: try await client.send(schema, within: patience).integer, redis, &report)
        } catch {
            report.add(.failed, "Redis", "\(redis.place): \(error)")
        }
    }

    private static func check(
        _ info: RedisInfo,
        schema: Int?,
        _ redis: RedisConfiguration,
        _ report: inout CheckReport
    ) {
        if let schema, schema > RedisScripts.schema {
            return report.add(.failed, "Redis", "\(redis.place): \(RedisEngineError.newer(schema))")
        }
        guard info.majorVersion >= 7 else {
            return report.add(.failed, "Redis", "\(redis.place) has version \(info.version); 7.0 is needed")
        }
        report.add(.passed, "Redis", "\(redis.place) answers, version \(info.version)")
        if info.evicts {
            report.add(
                .warning,
                "Redis",
                "may drop reservations when its memory is full; set maxmemory-policy noeviction (now "
                    + "\(info.evictionPolicy))"
            )
        }
    }
}
