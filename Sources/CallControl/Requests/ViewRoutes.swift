import Basics
import HTTP
import ODBC

/// What administrators may look at: ODBC connections and functions, and the dialplan of an extension.
///
/// Nothing is changed.
struct ViewRoutes: Sendable {
    let odbcFile: String
    let functionsFile: String
    let extensions: ExtensionPattern
    /// `nil` without DB_HOST and DB_DSN.
    let table: DialplanTable?

    private static let admins = Access.roles([CallRole.admin.rawValue])

    var routes: [Route] {
        [
            Route(.get, "/api/users/odbc/functions", access: Self.admins) { _ in
                let file = functionsFile
                let config = try await Self.read(file, .asterisk)
                return Self.answer(config, file, "functions") { json in
                    for function in config.sections.compactMap({ ODBCFunction($0) }) { function.write(into: &json) }
                }
            },
            Route(.get, "/api/users/odbc/connections", access: Self.admins) { _ in
                let file = odbcFile
                let config = try await Self.read(file, .odbc)
                return Self.answer(config, file, "connections") { json in
                    for source in config.sections.compactMap({ ODBCDataSource($0) }) { source.write(into: &json) }
                }
            },
            Route(.get, "/api/users/{extension}/dialplan", access: Self.admins) { try await dialplan($0) },
        ]
    }

    private static func read(_ path: String, _ syntax: AsteriskConfig.Syntax) async throws -> AsteriskConfig {
        try await Thread.run("odbc-files") { AsteriskConfigReader.read(path, syntax) }
    }

    private static func answer(
        _ config: AsteriskConfig,
        _ file: String,
        _ name: StaticString,
        _ list: (inout JSONWriter) -> Void
    ) -> ServerResponse {
        CallsAnswers.success { json in
            json.key(name)
            json.beginArray()
            list(&json)
            json.endArray()
            json.required("file", file)
            json.required("readAt", Int(Timestamp.now().microseconds / 1000))
            if !config.problems.isEmpty { json.required("error", config.problems.joined(separator: "; ")) }
        }
    }

    private func dialplan(_ request: RoutedRequest) async throws -> ServerResponse {
        let exten = request["extension"]
        guard extensions.matches(Array(exten.utf8)[...]) else {
            throw CallsFailure.invalidRequest.because("extension: \(exten.prefix(40)) is no extension")
        }
        guard let table else {
            throw CallsFailure.notSupported.because(
                "The dialplan is read from voice_extensions: set DB_HOST or DB_DSN"
            )
        }
        let entries: [DialplanEntry]
        do throws(ODBCError) {
            entries = try await table.entries(of: exten)
        } catch {
            throw CallsFailure.databaseOff.because("\(error)", retryAfter: error.isAway ? 10 : nil)
        }
        return CallsAnswers.success { json in
            json.required("extension", exten)
            json.required("source", "database")
            json.key("entries")
            json.beginArray()
            for entry in entries { entry.write(into: &json) }
            json.endArray()
        }
    }
}
