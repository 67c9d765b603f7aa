import Basics
import Daemon
import HTTP
import ODBC

/// The commands about a database that numbers come from.
enum SyncCommands {
    static let all = [sync, migrate]

    private static let sync = Command(
        "callerid sync",
        summary: "Take over the numbers of the database that DATABASE names",
        discussion:
            "Reads the rows that changed, or all where the table has no column updated_at. It ends with 1 when the "
            + "numbers stay as they were.",
        options: [
            CallerIDSettings.option, CallerIDSettings.opsConf, NumberCommands.json,
            .flag("full", "Read all rows, so that deleted ones go"),
            .flag("force", "Let a table that is empty, or has few numbers, count"),
        ]
    ) { invocation in
        let query = ["full", "force"].filter { invocation.flag($0) }.map { ($0, "1") }
        return await NumberCommands.withAccess(invocation) { access in
            let (status, body) = try await access.send(.post, "/api/sync", query)
            let answer = try? JSONParser.parse(body[...])
            if invocation.flag("json") {
                Terminal.write(String(decoding: body, as: UTF8.self) + "\n", to: .output)
            } else {
                show(answer)
            }
            guard status == 200 else {
                Terminal.complain(answer?["detail"]?.string ?? "the service answered \(status)")
                return .failure
            }
            return .success
        }
    }

    private static func show(_ answer: JSONValue?) {
        for row in answer?["rejected"]?.elements ?? [] {
            let text = TerminalText.oneLine(row["reason"]?.string ?? "")
            Terminal.write("row \(row["row"]?.integer ?? 0): \(text)\n", to: .errors)
        }
        let words = ["read", "added", "changed", "removed"].compactMap { name in
            answer?[name]?.integer.map { "\($0) \(name)" }
        }
        if !words.isEmpty { Terminal.write(words.joined(separator: ", ") + "\n", to: .output) }
    }

    private static let migrate = Command(
        "callerid migrate",
        summary: "Create the tables of caller IDs in the database that DATABASE names",
        discussion:
            "Creates caller_ids, reservations and api_logs where they are missing, and adds the columns pool, trunk, "
            + "route_number, call_type and is_default to caller_ids. Changes nothing else. --from-redis imports the numbers that the "
            + "older switch keeps in Redis instead; it ends with 65 when some are left out.",
        options: [
            CallerIDSettings.option, CallerIDSettings.opsConf,
            .flag("from-redis", "Import the numbers in the keys callerid_infor:* of Redis, which stay"),
        ]
    ) { invocation in
        if invocation.flag("from-redis") { return await OldRedisMigration.run(invocation) }
        guard let configuration = CallerIDSettings.load(invocation)?.configuration else { return .configuration }
        do {
            guard let address = try configuration.database.configuration() else {
                Terminal.complain("\(SyncError.noDatabase)")
                return .usage
            }
            let done = try await Migration.run(ODBCDatabase(address))
            for line in done { Terminal.write(line + "\n", to: .output) }
            if done.isEmpty { Terminal.write("nothing to do\n", to: .output) }
            return .success
        } catch {
            Terminal.complain("\(error)")
            return .unavailable
        }
    }
}
