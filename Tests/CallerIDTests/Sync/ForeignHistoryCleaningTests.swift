import Basics
import ODBC
import SQLServerTestSupport
import TestSupport
import Testing

@testable import CallerID

@Suite("Old history in a database of the site")
struct ForeignHistoryCleaningTests {
    private static let now = Timestamp(microseconds: 1_772_359_200_000_000)

    private struct Site {
        let server: SQLServer
        let database: ODBCDatabase
        let log = LogLines()

        init(_ kind: SQLServer.Kind) async throws {
            server = try await SQLServer(kind)
            database = ODBCDatabase(try ODBCConfiguration(url: server.url))
            _ = try await Migration.run(database)
        }

        func execute(_ sql: String) async throws {
            _ = try await database.perform { connection throws(ODBCError) in try connection.execute(sql) }
        }

        func agents(_ table: String) async throws -> [String?] {
            try await database.perform { connection throws(ODBCError) in
                try connection.rows("SELECT agent FROM \(table) ORDER BY id").rows.map { $0[0] }
            }
        }

        /// Writes a row for each age, in seconds.
        func write(_ ages: [Int]) async throws {
            let history = ForeignHistory(database, log: Logger("callerid", sink: log.sink))
            for age in ages {
                let time = ForeignHistoryCleaningTests.now.adding(seconds: -age).microseconds
                var row = AuditRow(time: time, endpoint: "/next-cid", method: "GET", status: 200)
                row.agent = "\(age)"
                row.number = "2125551234"
                row.reservedUntil = time + 300_000_000
                history.append(row)
            }
            #expect(await history.flush())
        }

        func clean(days: Int = 2, step: Int = 1000) async {
            let cleaning = ForeignHistoryCleaning(
                database,
                days: days,
                step: step,
                log: Logger("callerid", sink: log.sink)
            )
            await cleaning.clean(now: ForeignHistoryCleaningTests.now)
        }
    }

    private static let limit = 2 * 86_400

    @Test("Rows older than the limit go from both tables, others stay", arguments: SQLServer.Kind.allCases)
    func deletes(_ kind: SQLServer.Kind) async throws {
        let site = try await Site(kind)
        await site.clean()
        try await site.write([Self.limit + 500, Self.limit + 1, Self.limit, Self.limit - 1, 0, -60])
        await site.clean()
        let kept = [Self.limit, Self.limit - 1, 0, -60].map { "\($0)" as String? }
        #expect(try await site.agents("api_logs") == kept)
        #expect(try await site.agents("reservations") == kept)
        #expect(site.log.lines.allSatisfy { !$0.contains("not shortened") })
    }

    @Test("Many old rows go in steps", arguments: SQLServer.Kind.allCases, [149, 150, 151, 20])
    func steps(_ kind: SQLServer.Kind, _ step: Int) async throws {
        let site = try await Site(kind)
        try await site.write((1...150).map { Self.limit + 1000 - $0 } + [7])
        await site.clean(step: step)
        #expect(try await site.agents("api_logs") == ["7"])
        #expect(try await site.agents("reservations") == ["7"])
    }

    @Test("A young row among old ones ends the work, so that no step reads the whole table")
    func disorder() async throws {
        let site = try await Site(.mariadb)
        try await site.write([Self.limit + 3, 1, Self.limit + 2, Self.limit + 1])
        await site.clean(step: 2)
        #expect(try await site.agents("api_logs") == ["1", "\(Self.limit + 2)", "\(Self.limit + 1)"])
    }

    @Test("A table without a column id is left alone, and the other one is not", arguments: SQLServer.Kind.allCases)
    func withoutID(_ kind: SQLServer.Kind) async throws {
        let site = try await Site(kind)
        try await site.write([Self.limit + 1])
        try await site.execute("ALTER TABLE reservations DROP COLUMN id")
        await site.clean()
        let rows = try await site.database.perform { connection throws(ODBCError) in
            try connection.rows("SELECT agent FROM reservations").rows.count
        }
        #expect(rows == 1)
        #expect(try await site.agents("api_logs").isEmpty)
        #expect(site.log.lines.allSatisfy { !$0.contains("not shortened") })
    }

    @Test("While the database is away there is one warning, and then the work goes on")
    func away() async throws {
        let site = try await Site(.mariadb)
        try await site.write([Self.limit + 1])
        let cleaning = ForeignHistoryCleaning(site.database, days: 2, log: Logger("callerid", sink: site.log.sink))
        try await site.server.stop()
        await cleaning.clean(now: Self.now)
        await cleaning.clean(now: Self.now)
        let warnings = site.log.lines.filter { $0.contains("history of caller IDs in the database not shortened") }
        #expect(warnings.count == 1 && !warnings[0].contains(SQLServer.password))
        try await site.server.restart()
        await cleaning.clean(now: Self.now)
        #expect(try await site.agents("api_logs").isEmpty)
    }

    @Test("Only with SYNC_WRITE anything is deleted there", arguments: [true, false])
    func readOnly(_ isWritten: Bool) async throws {
        let service = try await CallerIDTesting([]) { configuration in
            configuration.database.address = Secret("mysql://localhost/x")
            configuration.database.isWritten = isWritten
        }
        #expect((service.feature.foreignCleaning != nil) == isWritten)
    }
}
