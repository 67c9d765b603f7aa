import Basics
import Daemon
import Redis
import RedisTestSupport
import TestSupport
import Testing

@testable import CallerID

/// All instances that share Redis need the same settings.
@Suite struct SharedPolicyTests {
    @Test func `settings in Redis are read as they were written, and the ones that differ are named`() throws {
        var policy = SelectionPolicy()
        let own = SharedPolicy(policy)
        #expect(SharedPolicy(own.text) == own)
        #expect(own.text.contains("CALLERID_TZ=UTC "))
        policy.hourlyLimit = 50
        policy.zone = try TimeZoneRules(named: "America/Toronto")
        let other = SharedPolicy(policy)
        #expect(
            own.differences([SharedPolicy(other.text), other, own]) == [
                "CALLERID_TZ=America/Toronto (here UTC)", "DEFAULT_HOURLY_LIMIT=50 (here 100)",
            ]
        )
        // A later version may have more settings, and an earlier one fewer.
        #expect(own.differences(SharedPolicy("NEW=1 x DEFAULT_DAILY_LIMIT=500")) == [])
        #expect(SharedPolicy.read(.array([.bulk(Array("i".utf8))])).isEmpty)
        #expect(SharedPolicy.read(.null).isEmpty)
    }

    @Test func `an instance with other settings says so once, and the check too`() async throws {
        let redis = try await RedisTesting()
        let one = try await SharedTesting(redis.server, numbers: 1)
        try await eventually("noted") { try await redis.ask("HLEN", "cid:policy").integer == 1 }
        // A process that did not sign out.
        _ = try await redis.ask("HSET", "cid:policy", "gone", "DEFAULT_DAILY_LIMIT=7")
        let two = try await SharedTesting(redis.server) { $0.dailyLimit = 50 }
        let text = "settings of caller IDs differ between instances"
        try await eventually("logged") { two.testing.log.lines.contains { $0.contains(text) } }
        let line = try #require(two.testing.log.lines.first { $0.contains(text) })
        #expect(line.contains("DEFAULT_DAILY_LIMIT=500 (here 50)"))
        #expect(!line.contains("TTL") && !line.contains("=7"))
        #expect(try await redis.ask("HEXISTS", "cid:policy", "gone").integer == 0)
        #expect(!one.testing.log.lines.contains { $0.contains(text) })
        var report = CheckReport(hasColours: false, redaction: Redaction([]))
        await CallerIDCheckCommand.checkRedis(two.testing.configuration, &report)
        #expect(report.text.contains("other settings: DEFAULT_DAILY_LIMIT=500 (here 50); all need the same"))
        #expect(!report.hasFailures)

        await two.shared.comparePolicies()
        #expect(two.testing.log.lines.count { $0.contains(text) } == 1)
        await one.stop()
        try await eventually("signed out") { try await redis.ask("HLEN", "cid:policy").integer == 1 }
        var later = CheckReport(hasColours: false, redaction: Redaction([]))
        await CallerIDCheckCommand.checkRedis(two.testing.configuration, &later)
        #expect(!later.text.contains("other settings"))
    }
}
