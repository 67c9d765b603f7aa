import Basics
import HTTP
import ODBC
import SQLServerTestSupport
import TestSupport
import Testing

@testable import CallControl

struct ViewRoutesTests {
    private let directory = TemporaryDirectory()

    private func views(_ table: DialplanTable? = nil) -> ViewRoutes {
        ViewRoutes(
            odbcFile: directory.file("odbc.ini"),
            functionsFile: directory.file("func_odbc.conf"),
            extensions: .standard,
            table: table
        )
    }

    private func ask(_ path: String, _ views: ViewRoutes, role: CallRole = .admin) async throws -> CallsClient.Answer {
        var settings = Router.Configuration()
        let roles = Set(CallRole.allCases.filter { $0 <= role }.map(\.rawValue))
        settings.authentication = Authentication(challenge: nil) { _, _ in
            .accepted(Principal("somebody", roles: roles))
        }
        settings.accessFailures = CallsAnswers.accessFailures
        settings.errors = CallsAnswers.errors
        let router = try Router(views.routes, settings)
        let answer = await router.answer(ServerRequest(method: "GET", path: path, query: [:], body: []))
        return CallsClient.Answer(status: answer.status, text: String(decoding: answer.body, as: UTF8.self))
    }

    @Test func `administrators see functions and connections, others do not`() async throws {
        try FileContents.write(Array("[PAUSED]\ndsn=asterisk\n".utf8), to: directory.file("func_odbc.conf"))
        try FileContents.write(Array("[asterisk]\nPassword=hunter2\n".utf8), to: directory.file("odbc.ini"))
        let functions = try await ask("/api/users/odbc/functions", views())
        #expect(functions.json?["functions"]?.elements?.first?["name"]?.string == "ODBC_PAUSED")
        #expect(functions.json?["file"]?.string == directory.file("func_odbc.conf"))
        #expect(functions.json?["readAt"]?.integer ?? 0 > 0 && functions.json?["error"] == nil)
        let connections = try await ask("/api/users/odbc/connections", views())
        #expect(connections.json?["connections"]?.elements?.first?["name"]?.string == "asterisk")
        #expect(!connections.text.contains("hunter2"))
        for path in ["/api/users/odbc/functions", "/api/users/odbc/connections", "/api/users/1001/dialplan"] {
            #expect(try await ask(path, views(), role: .manager).outcome == "403 FORBIDDEN")
        }
    }

    @Test func `a file that cannot be read is an empty list with the reason`() async throws {
        let answer = try await ask("/api/users/odbc/functions", views())
        #expect(answer.status == 200 && answer.json?["functions"]?.elements?.isEmpty == true)
        #expect(answer.json?["error"]?.string == "No such file or directory")
    }

    @Test func `without a database, or for what is no extension, the dialplan is refused with the reason`() async throws
    {
        let answer = try await ask("/api/users/1001/dialplan", views())
        #expect(answer.outcome == "409 NOT_SUPPORTED" && answer.text.contains("DB_HOST"))
        #expect(try await ask("/api/users/x'y/dialplan", views()).outcome == "400 INVALID_REQUEST")
    }

    @Test(arguments: SQLServer.Kind.allCases)
    func `the dialplan of an extension comes from the table, in order and bounded`(kind: SQLServer.Kind) async throws {
        let server = try await SQLServer(kind)
        let configuration = try ODBCConfiguration(url: server.url)
        let exten = kind == .mariadb ? "exten" : "extension"
        _ = try await ODBCDatabase(configuration).perform { connection throws(ODBCError) in
            try connection.execute(
                "CREATE TABLE voice_extensions(id INTEGER PRIMARY KEY, context VARCHAR(40), \(exten) VARCHAR(40), "
                    + "priority INTEGER, app VARCHAR(40), appdata VARCHAR(250), type VARCHAR(20))"
            )
            let insert = try connection.prepare("INSERT INTO voice_extensions VALUES (?, ?, ?, ?, ?, ?, 'system')")
            for (id, number, priority, data) in [(1, "1001", 2, nil), (2, "1001", 1, "a'b\"c"), (3, "1002", 1, "x")] {
                try insert.run([
                    .integer(id), "from-internal", .text(number), .integer(priority), "NoOp",
                    ODBCValue(data as String?),
                ])
            }
            for id in 10..<610 { try insert.run([.integer(id), "c", "1003", .integer(id), "NoOp", ""]) }
        }
        let views = views(DialplanTable(configuration))
        for _ in 0..<2 {
            let answer = try await ask("/api/users/1001/dialplan", views)
            #expect(
                answer.text == """
                    {"success":true,"extension":"1001","source":"database","entries":[\
                    {"id":2,"context":"from-internal","exten":"1001","priority":1,"app":"NoOp","appdata":"a'b\\"c"},\
                    {"id":1,"context":"from-internal","exten":"1001","priority":2,"app":"NoOp","appdata":""}]}
                    """
            )
        }
        #expect(try await ask("/api/users/1009/dialplan", views).json?["entries"]?.elements?.isEmpty == true)
        #expect(
            try await ask("/api/users/1003/dialplan", views).json?["entries"]?.elements?.count == DialplanTable.limit
        )
        try await server.stop()
        let away = try await ask("/api/users/1001/dialplan", views)
        #expect(away.outcome == "503 DATABASE_OFF" && !away.text.contains(SQLServer.password))
    }

    @Test func `a table without the columns is a failure that names them`() async throws {
        let server = try await SQLServer(.mariadb)
        let configuration = try ODBCConfiguration(url: server.url)
        let views = views(DialplanTable(configuration))
        #expect(try await ask("/api/users/1001/dialplan", views).outcome == "503 DATABASE_OFF")
        _ = try await ODBCDatabase(configuration).perform { connection throws(ODBCError) in
            try connection.execute("CREATE TABLE voice_extensions(id INTEGER PRIMARY KEY, context VARCHAR(40))")
        }
        let answer = try await ask("/api/users/1001/dialplan", views)
        #expect(answer.outcome == "503 DATABASE_OFF" && answer.text.contains("has no column exten"))
    }
}
