import Basics
import SQLite
import TestSupport
import Testing

/// One file: opened, written, with failures, and read again.
struct SQLiteDatabaseTests {
    private let directory = TemporaryDirectory()

    private func open() throws -> SQLiteDatabase { try SQLiteDatabase(path: directory.file("test.db")) }

    @Test func `values come back as they were bound, NULL and NUL bytes among them`() throws {
        let database = try open()
        try database.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, a, b, c, d, e)")
        let text = "'; DROP TABLE t; -- \u{1F4DE}"
        let moment = Timestamp(microseconds: 1_795_000_000_000_001)
        let nothing: Int? = nil
        try database.run(
            "INSERT INTO t(a, b, c, d, e) VALUES (?, ?, ?, ?, ?)",
            Int.min,
            text,
            [0, 0xff, 0] as [UInt8],
            moment,
            nothing
        )
        let row = try #require(
            try database.rows("SELECT a, b, c, d, e FROM t WHERE b = ?", text) { row in
                (row.integer(0), row.text(1), row.bytes(2), row.timestamp(3), row.isNull(4))
            }.first
        )
        #expect(row.0 == Int.min && row.1 == text && row.2 == [0, 0xff, 0] && row.3 == moment && row.4)
        #expect(try database.integer("SELECT count(*) FROM t") == 1)
    }

    @Test func `a row of values is stored, run by run, and a failed run leaves none of its values behind`() throws {
        let database = try open()
        try database.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, a, b, c, d)")
        let statement = try database.prepare("INSERT INTO t(id, a, b, c, d) VALUES (?, ?, ?, ?, ?)")
        let moment = Timestamp(microseconds: 1_795_000_000_000_001)
        var row = SQLiteRow()
        for id in [1, 1, 2] {
            row.removeAll()
            row.append(id)
            row.append("text \(id)")
            row.append("")
            row.append(nil as String?)
            row.append(moment)
            if id == 1, try database.integer("SELECT count(*) FROM t") == 1 {
                #expect(throws: SQLiteError.self) { try statement.run(row) }
            } else {
                try statement.run(row)
            }
        }
        let rows = try database.rows("SELECT a, typeof(b), b, typeof(c), d FROM t ORDER BY id") { row in
            (0..<5).map { row.text($0) }
        }
        #expect(rows == [1, 2].map { ["text \($0)", "text", "", "null", moment.description] })
        try statement.run()
        #expect(try database.integer("SELECT count(*) FROM t WHERE a IS NULL") == 1)
    }

    @Test func `a transaction that throws leaves nothing, one that returns is there after opening again`() throws {
        var database: SQLiteDatabase? = try open()
        try database?.execute("CREATE TABLE t(id INTEGER PRIMARY KEY)")
        #expect(throws: SQLiteError.self) {
            try database?.transaction { () throws(SQLiteError) in
                try database?.run("INSERT INTO t(id) VALUES (1)")
                try database?.run("INSERT INTO t(id) VALUES (1)")
            }
        }
        #expect(try database?.integer("SELECT count(*) FROM t") == 0)
        try database?.transaction { () throws(SQLiteError) in _ = try database?.run("INSERT INTO t(id) VALUES (2)") }
        database = nil
        #expect(try open().integer("SELECT id FROM t") == 2)
    }

    @Test func `a second connection is busy, a file of something else is damaged, a folder is unavailable`() throws {
        let database = try open()
        try database.execute("CREATE TABLE t(id)")
        #expect(trouble { try open().execute("CREATE TABLE u(id)") } == .busy)
        try FileContents.write([UInt8](repeating: 7, count: 8192), to: directory.file("other.db"))
        #expect(trouble { _ = try SQLiteDatabase(path: directory.file("other.db")) } == .damaged)
        #expect(trouble { _ = try SQLiteDatabase(path: directory.path) } == .unavailable)
    }

    private func trouble(_ body: () throws -> Void) -> SQLiteError.Trouble? {
        do { try body() } catch { return (error as? SQLiteError)?.trouble }
        return nil
    }
}
