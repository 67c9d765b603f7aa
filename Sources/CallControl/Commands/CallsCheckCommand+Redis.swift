import Basics
import Daemon
import Redis

extension CallsCheckCommand {
    /// Whether Redis can be used: the connection, the login, the version, the rights, and what it does when its memory is
    /// full.
    static func checkRedis(_ configuration: CallsConfiguration, _ report: inout CheckReport) async {
        let redis: RedisConfiguration
        do throws(RedisURLError) {
            guard let configured = try configuration.redis.connection() else { return }
            redis = configured
        } catch {
            return report.add(.failed, "Redis", "\(error)")
        }
        let names = RedisNames(prefix: configuration.redis.prefix)
        do throws(RedisError) {
            let (info, refused) = try await CommandRedis.run(redis) { client throws(RedisError) in
                let reply = try await client.send(RedisCommand("INFO"), within: CommandRedis.patience)
                return (RedisInfo(reply.string ?? ""), try await refusals(names, client))
            }
            check(info, refused, redis, &report)
        } catch {
            report.add(.failed, "Redis", "\(redis.place): \(error)")
        }
    }

    /// The commands that the user may not run, found by forms of them that change nothing.
    private static func refusals(_ names: RedisNames, _ client: RedisClient) async throws(RedisError) -> [String] {
        let commands = [
            ("EVAL", RedisCommand("EVAL", "return 1", 0)),
            ("GET", RedisCommand("GET", names.lastNumber)),
            // A key that must be there and is not.
            ("SET", RedisCommand("SET", names.prefix + "calls:check", "1", "PX", 1, "XX")),
            ("DEL", RedisCommand("DEL", names.prefix + "calls:check")),
            ("XREVRANGE", RedisCommand("XREVRANGE", names.stream(.call), "+", "-", "COUNT", 1)),
            ("XADD", RedisCommand("XADD", names.prefix + "calls:check", "NOMKSTREAM", "1-0", "e", "1")),
            ("EXPIRE", RedisCommand("EXPIRE", names.prefix + "calls:check", 1)),
        ]
        let replies = try await client.send(commands.map(\.1), within: CommandRedis.patience)
        return zip(commands, replies).compactMap { command, reply in
            guard case .error(let error) = reply, error.code == "NOPERM" else { return nil }
            return command.0
        }
    }

    private static func check(
        _ info: RedisInfo,
        _ refused: [String],
        _ redis: RedisConfiguration,
        _ report: inout CheckReport
    ) {
        guard info.majorVersion >= 6 else {
            return report.add(.failed, "Redis", "\(redis.place) has version \(info.version); 6.2 is needed")
        }
        guard refused.isEmpty else {
            return report.add(
                .failed,
                "Redis",
                "\(redis.place): the user may not run \(refused.joined(separator: ", ")); allow them in its ACL, with the "
                    + "keys and channels of docs/calls.md"
            )
        }
        report.add(.passed, "Redis", "\(redis.place) answers, version \(info.version)")
        guard info.evictionPolicy.hasPrefix("allkeys") else { return }
        report.add(
            .warning,
            "Redis",
            "may drop locks and numbers when its memory is full; set maxmemory-policy volatile-lru (now "
                + "\(info.evictionPolicy))"
        )
    }
}
