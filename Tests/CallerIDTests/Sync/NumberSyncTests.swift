import Basics
import HTTP
import ODBC
import SQLServerTestSupport
import TestSupport
import Testing

@testable import CallerID

@Suite("Numbers from a database of the site")
struct NumberSyncTests {
    /// A service whose numbers come from a server, with the tables of `callerid migrate`.
    private struct Site {
        let server: SQLServer
        let database: ODBCDatabase
        let service: CallerIDTesting
        var sync: NumberSync { get throws { try #require(service.service.numbers.sync) } }

        init(_ kind: SQLServer.Kind, _ change: @escaping (inout CallerIDConfiguration) -> Void = { _ in }) async throws
        {
            let server = try await SQLServer(kind)
            self.server = server
            database = ODBCDatabase(try ODBCConfiguration(url: server.url))
            service = try await CallerIDTesting([]) { configuration in
                configuration.database.address = Secret(server.url)
                change(&configuration)
            }
        }

        func run(_ statements: String...) async throws {
            _ = try await database.perform { connection throws(ODBCError) in
                for statement in statements { try connection.execute(statement) }
                return true
            }
        }

        func rows(_ sql: String) async throws -> [[String?]] {
            try await database.perform { connection throws(ODBCError) in try connection.rows(sql).rows }
        }

        func numbers() async throws -> [String] {
            try await service.service.engine.numbers().map(\.number.description).sorted()
        }
    }

    private static let insert = "INSERT INTO caller_ids(caller_id, carrier, area_code) VALUES "

    @Test(
        "All rows are taken over, then those that changed, and deleted ones go with a full sync",
        arguments: SQLServer.Kind.allCases
    )
    func takesOver(_ kind: SQLServer.Kind) async throws {
        let site = try await Site(kind)
        #expect(try await Migration.run(site.database).count == 8)
        #expect(try await Migration.run(site.database).isEmpty)
        try await site.run(Self.insert + "('(212) 555-1234', 'Ä', '212'), ('3105551234', NULL, NULL)")
        let first = try await site.sync.sync(isFull: false)
        #expect([first.read, first.added, first.changed, first.removed] == [2, 2, 0, 0])
        #expect(first.isFull)
        #expect(try await site.numbers() == ["2125551234", "3105551234"])
        #expect(try await site.service.service.engine.record(#require(Digits("2125551234"))).carrier == "Ä")

        try await site.run(
            Self.insert + "('3125551234', NULL, NULL)",
            "UPDATE caller_ids SET carrier = 'New', updated_at = CURRENT_TIMESTAMP WHERE caller_id = '3105551234'"
        )
        let second = try await site.sync.sync(isFull: false)
        #expect(!second.isFull)
        #expect([second.added, second.changed, second.removed] == [1, 1, 0])
        try await site.run("DELETE FROM caller_ids WHERE caller_id = '3125551234'")
        let third = try await site.sync.sync(isFull: true)
        #expect([third.added, third.changed, third.removed] == [0, 0, 1])
        #expect(await site.service.text("GET", "/health").contains(#""database":"healthy""#))
    }

    @Test("A database that is away, empty or wrong changes nothing, and is named")
    func refusals() async throws {
        let site = try await Site(.mariadb)
        await #expect(
            performing: { try await site.sync.sync(isFull: true) },
            throws: { "\($0)".contains("callerid migrate") }
        )
        _ = try await Migration.run(site.database)
        try await site.run(
            Self.insert + "('2125551234', NULL, NULL), ('3105551234', NULL, NULL), ('3125551234', NULL, NULL)"
        )
        _ = try await site.sync.sync(isFull: true)
        let all = try await site.numbers()

        try await site.run("DELETE FROM caller_ids WHERE caller_id <> '2125551234'")
        await #expect(throws: SyncError.drop(.drop(removed: 2, of: 3, limit: 50))) {
            try await site.sync.sync(isFull: true)
        }
        try await site.run("DELETE FROM caller_ids")
        await #expect(throws: SyncError.empty(table: "caller_ids")) { try await site.sync.sync(isFull: true) }
        try await site.run(Self.insert + "('2125551234', NULL, NULL), ('12', NULL, NULL)")
        let bad = #"row 2: caller_id "12": fewer than 10 digits"#
        await #expect(throws: SyncError.badRows(1, of: 2, first: bad)) {
            try await site.sync.sync(isFull: true, isForced: true)
        }
        #expect(try await site.numbers() == all)
        let health = await site.service.text("GET", "/health")
        #expect(
            health.hasPrefix("200 ") && health.contains(#""status":"degraded""#)
                && health.contains("1 of 2 rows are wrong")
        )
        let metrics = site.service.metrics
        #expect(metrics.contains(#"sync_total{result="refused"} 3"#) && metrics.contains("callerid_sql_up 1"))

        try await site.server.stop()
        let answer = await site.service.text("POST", "/api/sync?full=1", token: CallerIDTesting.token)
        #expect(answer.hasPrefix("503 ") && !answer.contains(SQLServer.password))
        #expect(site.service.metrics.contains("callerid_sql_up 0"))
        #expect(try await site.numbers() == all)
        #expect(!site.service.log.lines.contains(where: { $0.contains(SQLServer.password) }))

        try await site.server.restart()
        try await site.run("DELETE FROM caller_ids WHERE caller_id = '12'")
        let forced = await site.service.text("POST", "/api/sync?full=1&force=1", token: CallerIDTesting.token)
        #expect(
            forced.contains(#""success":true,"full":true,"read":1,"added":0,"changed":0,"removed":2,"rejected":[]"#)
        )
    }

    @Test("Without SYNC_WRITE changes of numbers are refused, with the reason")
    func readOnly() async throws {
        let site = try await Site(.postgresql)
        let refusal = #"409 {"detail":"the numbers come from DATABASE; change them there, or set SYNC_WRITE=true"}"#
        let token = CallerIDTesting.token
        #expect(await site.service.text("POST", "/add-number?caller_id=2125551234", token: token) == refusal)
        let file = await site.service.send(
            "POST",
            "/api/import",
            token: token,
            type: "text/csv",
            body: "caller_id\n2125551234\n"
        )
        #expect(file.status == 409)
    }

    @Test(
        "With SYNC_WRITE changes are in the database first; away, they are refused",
        arguments: SQLServer.Kind.allCases
    )
    func writes(_ kind: SQLServer.Kind) async throws {
        let site = try await Site(kind) { $0.database.isWritten = true }
        _ = try await Migration.run(site.database)
        let token = CallerIDTesting.token
        let added = await site.service.text(
            "POST",
            "/add-number?caller_id=2125551234&hourly_limit=7&pool=a%27b",
            token: token
        )
        #expect(added.hasPrefix("200 "))
        #expect(
            try await site.rows(
                "SELECT caller_id, area_code, hourly_limit, daily_limit, pool, is_active FROM caller_ids"
            ) == [["2125551234", "212", "7", nil, "a'b", "1"]]
        )
        #expect(await site.service.text("POST", "/add-number?caller_id=2125551234", token: token).hasPrefix("409 "))
        #expect(await site.service.text("PATCH", "/api/numbers/2125551234?is_active=0", token: token).hasPrefix("200 "))
        #expect(try await site.rows("SELECT is_active FROM caller_ids") == [["0"]])
        let file = "caller_id,trunk\n2125551235,OPS\n2125551236,\n"
        let imported = await site.service.send(
            "POST",
            "/api/import?mode=replace&force=1",
            token: token,
            type: "text/csv",
            body: file
        )
        #expect(imported.status == 200)
        #expect(
            try await site.rows("SELECT caller_id, trunk FROM caller_ids ORDER BY caller_id") == [
                ["2125551235", "OPS"], ["2125551236", ""],
            ]
        )
        let sync = try await site.sync.sync(isFull: true)
        #expect([sync.added, sync.removed] == [0, 0])
        #expect(await site.service.text("DELETE", "/api/numbers/2125551236", token: token).hasPrefix("200 "))
        #expect(try await site.rows("SELECT caller_id FROM caller_ids") == [["2125551235"]])
        try await site.server.stop()
        #expect(
            await site.service.text("DELETE", "/api/numbers/2125551235", token: token)
                == #"503 {"detail":"Database not available"}"#
        )
        #expect(try await site.numbers() == ["2125551235"])
    }
}

extension CallerIDTesting {
    fileprivate var metrics: String { String(decoding: service.metrics.registry.render(), as: UTF8.self) }
}
