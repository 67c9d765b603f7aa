import Basics
import ODBC
import Redis
import RedisTestSupport
import SQLServerTestSupport
import TestSupport
import Testing

@testable import CallerID

@Suite("One instance synchronises at a time")
struct SyncLockTests {
    @Test("While one holds the lock another is refused, and then gets it")
    func holds() async throws {
        let redis = try await RedisTesting()
        let one = SyncLock(over: redis.client, prefix: "p:")
        let answer = try await one.run { () async throws(SyncError) in
            await #expect(throws: SyncError.busy) {
                try await SyncLock(over: redis.client, prefix: "p:").run { () async throws(SyncError) in true }
            }
            return (try? await redis.ask("PTTL", "p:cid:lock:sync").integer) ?? 0
        }
        #expect(1...60_000 ~= answer)
        #expect(try await redis.ask("EXISTS", "p:cid:lock:sync").integer == 0)
        await #expect(throws: SyncError.noDatabase) {
            try await one.run { () async throws(SyncError) -> Bool in throw .noDatabase }
        }
        #expect(try await redis.ask("EXISTS", "p:cid:lock:sync").integer == 0)
    }

    @Test("A lock that ended by itself is not taken from its next holder")
    func ended() async throws {
        let redis = try await RedisTesting()
        _ = try await SyncLock(over: redis.client, prefix: "").run { () async throws(SyncError) in
            (try? await redis.ask("SET", "cid:lock:sync", "another").string) ?? ""
        }
        #expect(try await redis.ask("GET", "cid:lock:sync").string == "another")
    }

    @Test("Without Redis each instance works by itself")
    func away() async throws {
        let redis = try await RedisTesting()
        try await redis.server.stop()
        try await eventually("away") { !redis.client.isConnected }
        let lock = SyncLock(over: redis.client, prefix: "")
        let isRun = try await lock.run { () async throws(SyncError) in
            try await lock.run { () async throws(SyncError) in true }
        }
        #expect(isRun)
    }

    @Test("A sync on request is answered 503 while another instance has one under way, and is no failure")
    func answers() async throws {
        let database = try await SQLServer(.mariadb)
        let redis = try await RedisTesting()
        let one = try await SharedTesting(redis.server) { $0.database.address = Secret(database.url) }
        let sync = try #require(one.service.numbers.sync)
        _ = try await Migration.run(ODBCDatabase(try ODBCConfiguration(url: database.url)))
        _ = try await redis.ask("SET", "cid:lock:sync", "another")
        let token = CallerIDTesting.token
        #expect(
            await one.testing.text("POST", "/api/sync?full=1&force=1", token: token)
                == #"503 {"detail":"another instance synchronises now; try again later"}"#
        )
        #expect(sync.current.problem == nil)
        #expect(sync.current.lastSuccess == nil)
        _ = try await redis.ask("DEL", "cid:lock:sync")
        #expect(await one.testing.text("POST", "/api/sync?full=1&force=1", token: token).hasPrefix("200 "))
        #expect(try await redis.ask("EXISTS", "cid:lock:sync").integer == 0)
        #expect(sync.current.lastSuccess != nil)
    }
}
