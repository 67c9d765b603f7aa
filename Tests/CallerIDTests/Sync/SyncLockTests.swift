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
        let answer = try await one.run { _ async throws(SyncError) in
            await #expect(throws: SyncError.busy) {
                try await SyncLock(over: redis.client, prefix: "p:").run { _ async throws(SyncError) in true }
            }
            return (try? await redis.ask("PTTL", "p:cid:lock:sync").integer) ?? 0
        }
        #expect(1...60_000 ~= answer)
        #expect(try await redis.ask("EXISTS", "p:cid:lock:sync").integer == 0)
        await #expect(throws: SyncError.noDatabase) {
            try await one.run { _ async throws(SyncError) -> Bool in throw .noDatabase }
        }
        #expect(try await redis.ask("EXISTS", "p:cid:lock:sync").integer == 0)
    }

    @Test("A lock that ended by itself is not taken from its next holder")
    func ended() async throws {
        let redis = try await RedisTesting()
        _ = try await SyncLock(over: redis.client, prefix: "").run { _ async throws(SyncError) in
            (try? await redis.ask("SET", "cid:lock:sync", "another").string) ?? ""
        }
        #expect(try await redis.ask("GET", "cid:lock:sync").string == "another")
    }

    /// Renewed without a break.
    private static let often = SyncLock.Times(renewal: .milliseconds(5))

    @Test("The lock is renewed as long as its holder works")
    func renews() async throws {
        let redis = try await RedisTesting()
        let isRenewed = try await SyncLock(over: redis.client, prefix: "", times: Self.often).run {
            _ async throws(SyncError) in
            // Close to its end, but not so close that it ends before it is renewed.
            _ = try? await redis.ask("PEXPIRE", "cid:lock:sync", 30_000)
            let renewed: Void? = try? await eventually("renewed") {
                try await redis.ask("PTTL", "cid:lock:sync").integer ?? 0 > 30_000
            }
            return renewed != nil
        }
        #expect(isRenewed)
        #expect(try await redis.ask("EXISTS", "cid:lock:sync").integer == 0)
    }

    @Test("Who has lost the lock is cancelled, and leaves it to its next holder", arguments: [true, false])
    func loses(_ isTaken: Bool) async throws {
        let redis = try await RedisTesting()
        let lock = SyncLock(over: redis.client, prefix: "", times: Self.often)
        await #expect(throws: SyncError.lost) {
            try await lock.run { holding async throws(SyncError) -> Bool in
                try await holding.confirm()
                _ =
                    try? await isTaken
                    ? redis.ask("SET", "cid:lock:sync", "another") : redis.ask("DEL", "cid:lock:sync")
                let (never, end) = AsyncStream.makeStream(of: Never.self)
                await withTaskCancellationHandler {
                    for await _ in never {}
                } onCancel: {
                    end.finish()
                }
                throw .database(.cancelled)
            }
        }
        #expect(try await redis.ask("GET", "cid:lock:sync").string == (isTaken ? "another" : nil))
    }

    @Test("What was done before the loss was noticed counts, and the last look notices it at once")
    func confirms() async throws {
        let redis = try await RedisTesting()
        let lock = SyncLock(over: redis.client, prefix: "")
        let isDone = try await lock.run { _ async throws(SyncError) in
            (try? await redis.ask("DEL", "cid:lock:sync").integer) == 1
        }
        #expect(isDone)
        await #expect(throws: SyncError.lost) {
            try await lock.run { holding async throws(SyncError) -> Bool in
                _ = try? await redis.ask("SET", "cid:lock:sync", "another")
                try await holding.confirm()
                return true
            }
        }
    }

    @Test("While Redis is away the holder works on")
    func goes() async throws {
        let redis = try await RedisTesting()
        let lock = SyncLock(over: redis.client, prefix: "", times: Self.often)
        let isDone = try await lock.run { holding async throws(SyncError) in
            try? await redis.server.stop()
            try? await eventually("away") { !redis.client.isConnected }
            try await holding.confirm()
            return !Task.isCancelled
        }
        #expect(isDone)
    }

    @Test("A failure while the lock is there is the answer")
    func fails() async throws {
        let redis = try await RedisTesting()
        await #expect(throws: SyncError.noTable("x")) {
            try await SyncLock(over: redis.client, prefix: "", times: Self.often).run {
                _ async throws(SyncError) -> Bool in throw .noTable("x")
            }
        }
    }

    @Test("Without Redis each instance works by itself")
    func away() async throws {
        let redis = try await RedisTesting()
        try await redis.server.stop()
        try await eventually("away") { !redis.client.isConnected }
        let lock = SyncLock(over: redis.client, prefix: "")
        let isRun = try await lock.run { _ async throws(SyncError) in
            try await lock.run { _ async throws(SyncError) in true }
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

    @Test("A sync that has lost its lock while the database was slow changes nothing, and is no failure")
    func slow() async throws {
        let database = try await SQLServer(.mariadb)
        let redis = try await RedisTesting()
        let one = try await SharedTesting(redis.server, numbers: 1) { $0.database.address = Secret(database.url) }
        let sync = try #require(one.service.numbers.sync)
        let site = ODBCDatabase(try ODBCConfiguration(url: database.url))
        _ = try await Migration.run(site)
        _ = try await site.perform { connection throws(ODBCError) in
            try connection.execute("INSERT INTO caller_ids(caller_id) VALUES ('3105551234')")
        }
        database.freeze()
        let answer = Task { await one.testing.text("POST", "/api/sync?full=1&force=1", token: CallerIDTesting.token) }
        try await eventually("taken") { try await redis.ask("EXISTS", "cid:lock:sync").integer == 1 }
        _ = try await redis.ask("SET", "cid:lock:sync", "another")
        database.proceed()
        #expect(
            await answer.value
                == #"503 {"detail":"the lock of the sync in Redis was lost; nothing was changed; try again later"}"#
        )
        #expect(try await one.picture.numbers().map(\.number.description) == ["2125550000"])
        #expect(sync.current.problem == nil && sync.current.lastSuccess == nil)
        #expect(
            one.testing.log.lines.contains { $0.contains("sync of caller IDs given up, its lock in Redis was lost") }
        )
        #expect(try await redis.ask("GET", "cid:lock:sync").string == "another")
    }
}
