import Basics
import SQLServerTestSupport
import TestSupport
import Testing

@testable import ODBC

@Suite("A database over ODBC")
struct ODBCDatabaseTests {
    private static let long = String(repeating: "длинный текст 😀 ", count: 2000)

    @Test("Values come back as they were bound, on every server", arguments: SQLServer.Kind.allCases)
    func values(_ kind: SQLServer.Kind) async throws {
        let server = try await SQLServer(kind)
        let database = ODBCDatabase(try ODBCConfiguration(url: server.url))
        let system = try await database.perform { connection throws(ODBCError) in connection.system }
        #expect(system == (kind == .postgresql ? .postgresql : .mariadb))
        let texts = [
            "", "a'b\"c\\d;?", Self.long, "Ä 中 😀", String(repeating: "x", count: 2047),
            String(repeating: "y", count: 2048),
        ]
        let rows = try await database.perform { connection throws(ODBCError) in
            try connection.execute("CREATE TABLE sample(id INTEGER PRIMARY KEY, words TEXT, number BIGINT)")
            let insert = try connection.prepare("INSERT INTO sample(id, words, number) VALUES (?, ?, ?)")
            try connection.transaction { () throws(ODBCError) in
                for (id, text) in texts.enumerated() { try insert.run([.integer(id), .text(text), .integer(-id)]) }
                try insert.run([99, nil, nil])
            }
            return try connection.rows("SELECT id, words, number FROM sample WHERE id >= ? ORDER BY id", 0)
        }
        #expect(rows.columns == ["id", "words", "number"])
        #expect(rows.rows.map { $0[1] } == texts + [nil])
        #expect(rows.rows.map { $0[2] } == texts.indices.map { "\(-$0)" } + [nil])
    }

    @Test(
        "A transaction that throws leaves nothing behind, and one row too many is refused",
        arguments: SQLServer.Kind.allCases
    )
    func transactions(_ kind: SQLServer.Kind) async throws {
        let server = try await SQLServer(kind)
        let database = ODBCDatabase(try ODBCConfiguration(url: server.url))
        _ = try await database.perform { connection throws(ODBCError) in
            try connection.execute("CREATE TABLE sample(id INTEGER PRIMARY KEY, changed TIMESTAMP)")
        }
        await #expect(
            performing: {
                try await database.perform { connection throws(ODBCError) in
                    try connection.transaction { () throws(ODBCError) in
                        try connection.execute("INSERT INTO sample(id) VALUES (?)", 1)
                        try connection.execute("INSERT INTO sample(id) VALUES (?)", 1)
                    }
                }
            },
            throws: { ($0 as? ODBCError)?.isConflict == true }
        )
        let count = try await database.perform { connection throws(ODBCError) in
            try connection.execute("INSERT INTO sample(id) VALUES (?)", 1)
            try connection.execute("INSERT INTO sample(id) VALUES (?)", 2)
            #expect(try connection.columns(of: "sample") == ["id", "changed"])
            #expect(try connection.execute("UPDATE sample SET id = id WHERE id < ?", 3) == 2)
            #expect(try connection.execute("DELETE FROM sample WHERE id > ?", 3) == 0)
            return try connection.rows("SELECT count(*) FROM sample").rows[0][0]
        }
        #expect(count == "2")
        var limits = ODBCLimits()
        limits.rows = 1
        let one = limits
        await #expect(
            performing: {
                try await database.perform { connection throws(ODBCError) in
                    try connection.rows("SELECT id FROM sample", limits: one)
                }
            },
            throws: { "\($0)" == "the database has more than 1 rows; ask for fewer" }
        )
        limits = ODBCLimits()
        limits.bytes = 1
        let few = limits
        await #expect(
            performing: {
                try await database.perform { connection throws(ODBCError) in
                    try connection.rows("SELECT 'abc'", limits: few)
                }
            },
            throws: { "\($0)".contains("too long") }
        )
        await #expect(
            performing: {
                try await database.perform { connection throws(ODBCError) in try connection.columns(of: "missing") }
            },
            throws: { error in
                guard case .server(let diagnostic)? = error as? ODBCError else { return false }
                return diagnostic.kind == .table && "\(error)".contains("check the names of the table")
            }
        )
        await #expect(throws: ODBCError.name("a;b")) {
            try await database.perform { connection throws(ODBCError) in try connection.columns(of: "a;b") }
        }
    }

    @Test(
        "A wrong password is named as such and not shown; a server that comes back is used again",
        arguments: SQLServer.Kind.allCases
    )
    func login(_ kind: SQLServer.Kind) async throws {
        let server = try await SQLServer(kind)
        let parts = server.url.split(separator: "@")
        let wrong = ODBCDatabase(try ODBCConfiguration(url: "\(parts[0])-wrong-one@\(parts[1])"))
        await #expect(
            performing: {
                try await wrong.perform { connection throws(ODBCError) in try connection.rows("SELECT 1") }
            },
            throws: {
                "\($0)".contains("connect to") && !"\($0)".contains("wrong-one")
                    && !"\($0)".contains(SQLServer.password)
            }
        )

        let database = ODBCDatabase(try ODBCConfiguration(url: server.url))
        let one = try await database.perform { connection throws(ODBCError) in try connection.rows("SELECT 1").rows }
        #expect(one == [["1"]])
        try await server.stop()
        await #expect(
            performing: {
                try await database.perform { connection throws(ODBCError) in try connection.rows("SELECT 1") }
            },
            throws: { ($0 as? ODBCError)?.isAway == true }
        )
        try await server.restart()
        let again = try await database.perform { connection throws(ODBCError) in try connection.rows("SELECT 1").rows }
        #expect(again == [["1"]])
    }

    @Test("A server that hangs holds no caller beyond its deadline, and few threads")
    func hangs() async throws {
        let server = try await SQLServer(.mariadb)
        let database = ODBCDatabase(try ODBCConfiguration(url: server.url))
        _ = try await database.perform { connection throws(ODBCError) in try connection.rows("SELECT 1") }
        server.freeze()
        for _ in 0..<ODBCDatabase.limit {
            await #expect(throws: ODBCError.timedOut(seconds: 0)) {
                try await database.perform(within: .milliseconds(50)) { connection throws(ODBCError) in
                    try connection.rows("SELECT 1")
                }
            }
        }
        await #expect(throws: ODBCError.stalled) {
            try await database.perform { connection throws(ODBCError) in try connection.rows("SELECT 1") }
        }
        server.proceed()
        try await eventually("the database answers") {
            (try? await database.perform { connection throws(ODBCError) in try connection.rows("SELECT 1") }) != nil
        }
    }
}
