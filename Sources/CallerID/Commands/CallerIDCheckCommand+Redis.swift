import Basics
import Daemon
import Redis

extension CallerIDCheckCommand {
    /// Whether Redis can be used: the connection, the login, the version, what it does when its memory is full; and whether
    /// other instances have the same settings.
    static func checkRedis(_ configuration: CallerIDConfiguration, _ report: inout CheckReport) async {
        let redis: RedisConfiguration
        do throws(RedisURLError) {
            guard let configured = try configuration.redis() else { return }
            redis = configured
        } catch {
            return report.add(.failed, "Redis", "\(error)")
        }
        let patience = CommandRedis.patience
        do throws(RedisError) {
            let (info, schema, others) = try await CommandRedis.run(redis) { client throws(RedisError) in
                let info = RedisInfo(try await client.send(RedisCommand("INFO"), within: patience).string ?? "")
                let schema = RedisCommand("GET", configuration.redisPrefix + "cid:schema")
                return (
                    info, try await client.send(schema, within: patience).integer,
                    (try? await policies(configuration.redisPrefix, client)) ?? []
                )
            }
            check(info, schema: schema, redis, &report)
            let differences = SharedPolicy(configuration.policy).differences(others)
            guard !differences.isEmpty else { return }
            report.add(
                .warning,
                "Redis",
                "an instance has other settings: \(differences.joined(separator: ", ")); all need the same"
            )
        } catch {
            report.add(.failed, "Redis", "\(redis.place): \(error)")
        }
    }

    /// The settings of the instances that gave a sign of life in the last 15 seconds.
    private static func policies(_ prefix: String, _ client: RedisClient) async throws(RedisError) -> [SharedPolicy] {
        let time = try await client.send(RedisCommand("TIME"), within: CommandRedis.patience).array?.first?.integer
        let since = "\((time ?? 0) - Int(InstanceList.life.components.seconds))000000"
        let replies = try await client.send(
            [
                RedisCommand("HGETALL", SharedPolicy.key(prefix)),
                RedisCommand("ZRANGEBYSCORE", prefix + "cid:inst", since, "+inf"),
            ],
            within: CommandRedis.patience
        )
        guard replies.count == 2 else { return [] }
        let present = Set((replies[1].array ?? []).compactMap(\.string))
        return SharedPolicy.read(replies[0]).filter { present.contains($0.key) }.map(\.value)
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
