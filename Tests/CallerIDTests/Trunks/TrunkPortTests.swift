import Basics
import HTTP
import ODBC
import SQLServerTestSupport
import TestSupport
import Testing

@testable import CallerID

@Suite("The port for trunks")
struct TrunkPortTests {
    private struct Port {
        let testing: CallerIDTesting
        let router: Router

        init(_ change: (inout CallerIDConfiguration) -> Void = { _ in }) async throws {
            var settings = TrunkPortSettings()
            settings.user = "switch"
            settings.password = Secret("pass:word")
            settings.routes = ["OPS=92", "DR="]
            testing = try await CallerIDTesting([]) { configuration in
                configuration.trunkPort = settings
                change(&configuration)
            }
            router = try TrunkPort.router(
                testing.configuration,
                testing.feature,
                log: Logger("main-api", sink: testing.log.sink)
            )
        }

        func post(_ path: String, _ body: String, password: String = "pass:word", type: String? = nil) async -> String {
            var headers: HTTPHeaders = ["Authorization": "Basic " + Base64.encoded(Array("switch:\(password)".utf8))]
            if let type { headers.append("Content-Type", type) }
            let request = ServerRequest(
                method: "POST",
                path: path,
                query: [:],
                headers: headers,
                body: Array(body.utf8)
            )
            let response = await router.answer(request)
            return "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
        }

        /// The trunks of each number, in service or not.
        func places() async throws -> [String] {
            try await testing.service.engine.numbers().map { record in
                "\(record.number)" + record.places.map { " \($0.trunk)/\($0.route)\($0.isDefault ? "*" : "")" }.joined()
                    + record.withdrawnTrunks.map { " -\($0)" }.joined()
            }.sorted()
        }

        func shown(_ trunk: String) -> String? { testing.service.engine.lookUp(TrunkLookup(trunk: trunk))?.number }
    }

    private func done(_ message: String) -> String { #"200 {"code":"0","message":"\#(message)"}"# }
    private func failed(_ message: String) -> String { #"200 {"code":"1","message":"\#(message)"}"# }

    @Test("Wrong logins, bad bodies and unknown paths are answered as the old listener does")
    func refusals() async throws {
        let port = try await Port()
        #expect(await port.post("/api/callerid/delete", "{}", password: "x") == failed("Request Authentication Failed"))
        #expect(await port.post("/api/callerid/unknown", "{}") == "404 ERROR :: Request Not Found")
        for body in ["", "{", "{}", #"{"trunk_name":""}"#, #"{"trunk_name":"a b"}"#, #"{"trunk_name":1}"#] {
            #expect(await port.post("/API_Delete_ALL_CALLERID", body) == failed("JSON input Error"))
            #expect(await port.post("/API_SYNC_CALLERID_FROM_DB", body) == failed("JSON input Error"))
        }
        for body in ["{}", #"{"OPS":{}}"#, #"{"OPS":["1"]}"#, #"{"OPS":{"1":"12"}}"#, #"{"O S":{"1":"02473002556"}}"#] {
            #expect(await port.post("/API_REPLACE_CALLERID", body) == failed("JSON input Error"))
        }
        #expect(
            await port.post("/api/callerid/delete", #"{"trunk_name":"OPS"}"#)
                == failed("CALLERID IN OPS CAN NOT DELETED!")
        )
        #expect(
            await port.post("/api/callerid/sync", #"{"trunk_name":"OPS"}"#)
                == failed("SYNC FAILED CALLERID FROM DB IN: OPS")
        )
        let foreign = try await Port { $0.adminAddresses = ["192.0.2.1"] }
        #expect(
            await foreign.post("/api/callerid/delete", #"{"trunk_name":"OPS"}"#) == failed("Admin IP not whitelisted")
        )
    }

    @Test("Replacing, deleting and restoring a trunk leaves all others as they are")
    func trunks() async throws {
        let port = try await Port()
        let both =
            #"{"OPS":{"1":"02473002556","2":"02473002557"},"DR":{"1":"02473002557","10":"02473002559","9":"02473002558"}}"#
        #expect(await port.post("/api/callerid/replace", both) == done("REPLACED CALLERID IN: OPS, DR"))
        let all = ["02473002556 OPS/92*", "02473002557 OPS/92 DR/*", "02473002558 DR/", "02473002559 DR/"]
        #expect(try await port.places() == all)
        // The default of a trunk is for when no other number is free.
        #expect(port.shown("OPS") == "02473002557")

        #expect(
            await port.post("/API_Delete_ALL_CALLERID", #"{"trunk_name":"OPS"}"#)
                == done("DELETED ALL CALLERID IN: OPS")
        )
        #expect(
            try await port.places() == ["02473002556 OPS/92* -OPS", "02473002557 OPS/92 DR/* -OPS"] + all.dropFirst(2)
        )
        #expect(port.shown("OPS") == nil)
        #expect(port.shown("DR") != nil)
        // A file that names a number brings none of its trunks back.
        #expect(
            await port.post("/api/import", "caller_id,trunk\n02473002556,OPS\n", type: "text/csv").hasPrefix("200 ")
        )
        #expect(port.shown("OPS") == nil)

        #expect(
            await port.post("/api/callerid/sync", #"{"trunk_name":"OPS"}"#)
                == done("SYNC SUCCESS ALL CALLERID FROM DB IN: OPS")
        )
        #expect(try await port.places() == all)
        #expect(
            await port.post("/api/callerid/replace", #"{"OPS":{"1":"02473002560"}}"#)
                == done("REPLACED CALLERID IN: OPS")
        )
        #expect(try await port.places() == ["02473002557 DR/*"] + all.dropFirst(2) + ["02473002560 OPS/92*"])
    }

    @Test("A trunk out of service stays so after a restart")
    func restart() async throws {
        let port = try await Port()
        _ = await port.post("/api/callerid/replace", #"{"OPS":{"1":"02473002556"}}"#)
        _ = await port.post("/api/callerid/delete", #"{"trunk_name":"OPS"}"#)
        await port.testing.service.engine.checkpoint()
        let store = try CallerIDStoreCopy(port.testing.directory.file("callerid"))
        let again = try EmbeddedEngine(
            .init(directory: store.path, policy: SelectionPolicy()),
            log: Logger("x", sink: port.testing.log.sink)
        )
        #expect(again.lookUp(TrunkLookup(trunk: "OPS")) == nil)
        #expect(try await again.numbers().map(\.withdrawnTrunks) == [["OPS"]])
    }

    @Test(
        "With a database, a replacement is written there first, and only a sync of the trunk brings it back",
        arguments: SQLServer.Kind.allCases
    )
    func database(_ kind: SQLServer.Kind) async throws {
        let server = try await SQLServer(kind)
        let database = ODBCDatabase(try ODBCConfiguration(url: server.url))
        @Sendable func run(_ statements: String...) async throws {
            _ = try await database.perform { connection throws(ODBCError) in
                for statement in statements { try connection.execute(statement) }
                return true
            }
        }
        try await run(
            "CREATE TABLE pstn_callerid(callerid VARCHAR(20), route_number VARCHAR(10), active INTEGER, trunk_name VARCHAR(64))",
            "INSERT INTO pstn_callerid VALUES ('02473002556', '92', 1, 'OPS'), ('02473002557', '1', 1, 'DR'), ('02473002556', '2', 1, 'DR')"
        )
        let port = try await Port { configuration in
            configuration.database.address = Secret(server.url)
            configuration.database.isWritten = true
        }
        let sync = try #require(port.testing.service.numbers.sync)
        _ = try await sync.sync(isFull: true)
        #expect(try await port.places() == ["02473002556 OPS/92* DR/2", "02473002557 DR/1*"])
        _ = await port.post("/api/callerid/delete", #"{"trunk_name":"DR"}"#)
        _ = try await sync.sync(isFull: true)
        #expect(try await port.places() == ["02473002556 OPS/92* DR/2 -DR", "02473002557 DR/1* -DR"])
        #expect(
            await port.post("/api/callerid/sync", #"{"trunk_name":"DR"}"#)
                == done("SYNC SUCCESS ALL CALLERID FROM DB IN: DR")
        )
        #expect(try await port.places() == ["02473002556 OPS/92* DR/2", "02473002557 DR/1*"])

        #expect(
            await port.post("/api/callerid/replace", #"{"OPS":{"1":"02473002558","2":"02473002557"}}"#)
                == done("REPLACED CALLERID IN: OPS")
        )
        let rows = try await database.perform { connection throws(ODBCError) in
            try connection.rows(
                "SELECT callerid, route_number, active, trunk_name FROM pstn_callerid ORDER BY trunk_name, callerid"
            ).rows
        }
        #expect(
            rows == [
                ["02473002556", "2", "1", "DR"], ["02473002557", "1", "1", "DR"], ["02473002557", "92", "1", "OPS"],
                ["02473002558", "92", "1", "OPS"],
            ]
        )
        #expect(try await port.places() == ["02473002556 DR/2", "02473002557 DR/1* OPS/92", "02473002558 OPS/92*"])
        let after = try await sync.sync(isFull: true)
        #expect([after.added, after.removed] == [0, 0])

        try await server.stop()
        #expect(
            await port.post("/api/callerid/replace", #"{"OPS":{"1":"02473002559"}}"#)
                == failed("CALLERID IN OPS CAN NOT REPLACED!")
        )
        #expect(
            await port.post("/api/callerid/sync", #"{"trunk_name":"OPS"}"#)
                == failed("SYNC FAILED CALLERID FROM DB IN: OPS")
        )
        #expect(try await port.places().count == 3)
    }
}

/// The files of a store that another engine holds, as they are on the disk.
private final class CallerIDStoreCopy {
    private let directory = TemporaryDirectory()
    var path: String { directory.path }

    init(_ original: String) throws {
        for name in Directory.names(in: original) where name.hasPrefix("callerid.db") || name.hasPrefix("journal") {
            try FileContents.copy("\(original)/\(name)", to: directory.file(name), mode: 0o600)
        }
    }
}
