import Basics
import HTTP
import ODBC
import SQLServerTestSupport
import TestSupport
import Testing

@testable import CallerID

@Suite("The history in a database of the site")
struct ForeignHistoryTests {
    private struct Site {
        let server: SQLServer
        let database: ODBCDatabase

        init(_ kind: SQLServer.Kind) async throws {
            server = try await SQLServer(kind)
            database = ODBCDatabase(try ODBCConfiguration(url: server.url))
        }

        func execute(_ sql: String) async throws {
            _ = try await database.perform { connection throws(ODBCError) in try connection.execute(sql) }
        }

        func rows(_ sql: String) async throws -> [[String?]] {
            try await database.perform { connection throws(ODBCError) in try connection.rows(sql).rows }
        }

        func history(limit: Int = 100_000, _ log: LogLines = LogLines()) throws -> ForeignHistory {
            let address = try ODBCConfiguration(url: server.url)
            return ForeignHistory(
                ODBCDatabase(address),
                limit: limit,
                lastPatience: .seconds(60),
                log: Logger("callerid", sink: log.sink)
            )
        }
    }

    private static func row(_ agent: String) -> AuditRow {
        var row = AuditRow(time: 1_772_359_200_123_456, endpoint: "/next-cid", method: "GET", status: 200)
        row.agent = agent
        row.number = "2125551234"
        row.microseconds = 12_345
        row.reservedUntil = row.time + 300_000_000
        return row
    }

    @Test(
        "Decisions are written there too; while it is away they wait, and no decision does",
        arguments: SQLServer.Kind.allCases
    )
    func decisions(_ kind: SQLServer.Kind) async throws {
        let site = try await Site(kind)
        _ = try await Migration.run(site.database)
        let service = try await CallerIDTesting(["2125551234", "2125551235"]) { configuration in
            configuration.database.address = Secret(site.server.url)
            configuration.database.isWritten = true
        }
        let history = try #require(service.service.foreignHistory)
        let ask = "/next-cid?to=2125559876&campaign=sales&agent="
        #expect(await service.text("GET", ask + "%C3%84nne").hasPrefix("200 "))
        #expect(await service.text("GET", "/next-cid?to=2125559876&campaign=it%27s&agent=b").hasPrefix("200 "))
        #expect(await history.flush())
        try await site.server.stop()
        #expect(await service.text("GET", ask + "c").hasPrefix("503 "))
        #expect(await !history.flush())
        #expect(await !history.flush())
        service.service.noteRelease(of: try #require(Digits("2125551234")), endpoint: "release", method: "AGI")
        #expect(history.waitingCount == 2)
        let lines = service.log.lines.filter { $0.contains("history of caller IDs not written") }
        #expect(lines.count == 1 && !service.log.lines.contains { $0.contains(SQLServer.password) })

        try await site.server.restart()
        #expect(await history.flush())
        #expect(history.waitingCount == 0 && service.service.droppedRows == 0)
        let logs = """
            SELECT endpoint, method, agent, campaign, caller_id_allocated, status_code, destination, error_message \
            FROM api_logs ORDER BY id
            """
        let next = ["/next-cid", "GET"]
        #expect(
            try await site.rows(logs) == [
                next + ["Änne", "sales", "2125551234", "200", "2125559876", ""],
                next + ["b", "its", "2125551235", "200", "2125559876", ""],
                next + ["c", "sales", "", "503", "2125559876", "reserved"],
                ["release", "AGI", "", "", "2125551234", "200", "", ""],
            ]
        )
        let reservations = "SELECT caller_id, agent, campaign, destination FROM reservations ORDER BY id"
        #expect(
            try await site.rows(reservations) == [
                ["2125551234", "Änne", "sales", "2125559876"], ["2125551235", "b", "its", "2125559876"],
            ]
        )
        #expect(service.log.lines.contains { $0.contains("history of caller IDs written to the database again") })
        // The service's own history has the same rows.
        await service.service.engine.checkpoint()
        #expect(try await service.service.engine.history(HistoryQuery()).entries.count == 4)
    }

    @Test("Times are in UTC, and a table of a site may have fewer columns", arguments: SQLServer.Kind.allCases)
    func times(_ kind: SQLServer.Kind) async throws {
        let site = try await Site(kind)
        _ = try await Migration.run(site.database)
        try await site.execute("ALTER TABLE api_logs DROP COLUMN destination")
        let history = try site.history()
        history.append(Self.row("a"))
        #expect(await history.flush())
        let written = try #require(
            try await site.rows("SELECT timestamp, response_time_ms, agent FROM api_logs").first
        )
        #expect(written[0]?.hasPrefix("2026-03-01 10:00:00") == true)
        #expect(written[1].flatMap(Double.init) == 12.345)
        let reserved = try #require(try await site.rows("SELECT reserved_at, reserved_until FROM reservations").first)
        #expect(reserved[0]?.hasPrefix("2026-03-01 10:00:00") == true)
        #expect(reserved[1]?.hasPrefix("2026-03-01 10:05:00") == true)
    }

    @Test(
        "Many rows stay in order, and one that the database refuses is dropped alone",
        arguments: SQLServer.Kind.allCases
    )
    func refused(_ kind: SQLServer.Kind) async throws {
        let site = try await Site(kind)
        _ = try await Migration.run(site.database)
        let history = try site.history()
        for number in 0..<1203 {
            history.append(Self.row(number == 700 ? String(repeating: "x", count: 101) : "\(number)"))
        }
        #expect(await history.flush())
        #expect(history.droppedCount == 1 && history.waitingCount == 0)
        let expected: [[String?]] = (0..<1203).filter { $0 != 700 }.map { ["\($0)"] }
        let logs = try await site.rows("SELECT agent FROM api_logs ORDER BY id")
        let reservations = try await site.rows("SELECT agent FROM reservations ORDER BY id")
        #expect(logs == expected && reservations == expected)
    }

    @Test("Rows beyond the limit are dropped and counted; the last ones are written at the end")
    func limits() async throws {
        let site = try await Site(.mariadb)
        _ = try await Migration.run(site.database)
        let history = try site.history(limit: 2)
        try await site.server.stop()
        history.append(Self.row("a"))
        #expect(await !history.flush())
        history.append(Self.row("b"))
        history.append(Self.row("c"))
        #expect(history.droppedCount == 1 && history.waitingCount == 2)
        try await site.server.restart()
        let service = Task { try await history.run() }
        service.cancel()
        _ = await service.result
        #expect(try await site.rows("SELECT agent FROM api_logs ORDER BY id") == [["a"], ["b"]])
    }

    @Test("A stop in the middle of a group neither loses rows nor writes them twice")
    func stopped() async throws {
        let site = try await Site(.mariadb)
        _ = try await Migration.run(site.database)
        let history = try site.history()
        history.append(Self.row("a"))
        #expect(await history.flush())
        site.server.freeze()
        for number in 0..<600 { history.append(Self.row("\(number)")) }
        let service = Task { try await history.run() }
        try await eventually("rows taken") { history.isWriting }
        service.cancel()
        site.server.proceed()
        _ = await service.result
        #expect(history.waitingCount == 0)
        let expected: [[String?]] = [["a"]] + (0..<600).map { ["\($0)"] }
        #expect(try await site.rows("SELECT agent FROM api_logs ORDER BY id") == expected)
    }

    @Test("Without the tables nothing is kept for the database, and nothing counts as dropped")
    func withoutTables() async throws {
        let site = try await Site(.postgresql)
        let log = LogLines()
        let history = try site.history(log)
        history.append(Self.row("a"))
        #expect(await history.flush())
        history.append(Self.row("b"))
        #expect(history.waitingCount == 0 && history.droppedCount == 0)
        #expect(log.lines.contains { $0.contains("no history of caller IDs in the database, tables missing") })
    }

    @Test("Without SYNC_WRITE nothing is written there")
    func readOnly() async throws {
        let service = try await CallerIDTesting([]) { $0.database.address = Secret("mysql://localhost/x") }
        #expect(service.service.foreignHistory == nil && service.service.numbers.sync != nil)
    }
}
