import Basics
import Glibc
import HTTP
import TestSupport
import Testing

@testable import CallerID

@Suite struct AdminAuditTests {
    private func lines(_ folder: String) throws -> [JSONValue] {
        let names = Directory.names(in: folder).filter { $0.hasPrefix("audit-") }.sorted()
        return try names.flatMap { name in
            try FileContents.read("\(folder)/\(name)", limit: 1 << 20).split(separator: ASCII.newline).map {
                try JSONParser.parse($0)
            }
        }
    }

    @Test func `each change of an administrator has a line with who, what, and the values before and after`()
        async throws
    {
        let testing = try await CallerIDTesting(["2125551234"])
        let token = CallerIDTesting.token
        _ = await testing.send("POST", "/add-number?caller_id=3105550001&pool=sales", token: token)
        _ = await testing.send("PATCH", "/api/numbers/3105550001?is_active=0", token: token)
        _ = await testing.send("GET", "/next-cid?to=12125559876&campaign=c&agent=agent1")
        _ = await testing.send("DELETE", "/api/reservation/2125551234", token: token)
        _ = await testing.send("POST", "/api/import?mode=skip", token: token, body: "caller_id\n4155550001\n1\n")
        _ = await testing.send("POST", "/api/import?dry_run=1", token: token, body: "caller_id\n4155550002\n")
        _ = await testing.send("DELETE", "/api/numbers/3105550001", token: token)
        // Refused, and reading: no lines.
        _ = await testing.send("DELETE", "/api/numbers/3105550001", token: token)
        _ = await testing.send("POST", "/add-number?caller_id=3105550009")
        _ = await testing.send("GET", "/api/numbers", token: token)
        await testing.service.adminAudit?.flush()
        let lines = try lines(testing.directory.file("callerid"))
        #expect(lines.map { $0["action"]?.string } == ["add", "change", "release", "import", "remove"])
        #expect(lines.allSatisfy { $0["role"] == .string("admin") && $0["name"] == .string("admin") })
        #expect(lines[0]["subject"] == .string("3105550001") && lines[0]["old"] == .null)
        #expect(lines[0]["new"]?["pool"] == .string("sales"))
        #expect(lines[1]["old"]?["is_active"] == .integer(1) && lines[1]["new"]?["is_active"] == .integer(0))
        #expect(lines[2]["old"]?["agent"] == .string("agent1"))
        #expect(lines[3]["new"]?["added"] == .integer(1) && lines[3]["new"]?["rejected"] == .integer(1))
        #expect(lines[4]["old"]?["caller_id"] == .string("3105550001") && lines[4]["new"] == .null)
    }

    /// A clock that a test sets.
    private final class Clock: Sendable {
        private let time = Lock(Timestamp(seconds: 1_772_323_200))

        var now: Timestamp { time.withLock { $0 } }

        func move(days: Int) { time.withLock { $0 = $0.adding(seconds: days * 86_400) } }
    }

    private func audit(_ folder: String, _ clock: Clock = Clock(), _ log: LogLines = LogLines()) throws -> AdminAudit {
        try AdminAudit(directory: folder, days: 2, log: Logger("callerid", sink: log.sink)) { clock.now }
    }

    @Test func `there is a file for each day, for its user only, and old ones are deleted`() async throws {
        let directory = TemporaryDirectory()
        let clock = Clock()
        let audit = try audit(directory.path, clock)
        for _ in 0..<4 {
            audit.note(.service, "sync", "T", new: Array("1".utf8))
            await audit.flush()
            clock.move(days: 1)
        }
        try FileContents.write([], to: directory.file("audit-x.jsonl"))
        try FileContents.write([], to: directory.file("callerid.db"))
        clock.move(days: -1)
        await audit.deleteOld()
        let names = Directory.names(in: directory.path).sorted()
        let days = ["02", "03", "04"].map { "audit-2026-03-\($0).jsonl" }
        #expect(names == days + ["audit-x.jsonl", "callerid.db"])
        var status = stat()
        #expect(unsafe stat(directory.file("audit-2026-03-04.jsonl"), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test func `what cannot be written is counted, and nothing waits for it`() async throws {
        let directory = TemporaryDirectory()
        let log = LogLines()
        let audit = try audit(directory.file("missing"), Clock(), log)
        for _ in 0..<3 {
            audit.note(.service, "sync")
            await audit.flush()
        }
        #expect(audit.droppedCount == 3)
        #expect(log.lines.count { $0.contains("changes of administrators not in the audit file") } == 1)
        _ = try Directory.make(directory.file("missing"))
        audit.note(.service, "sync")
        await audit.flush()
        #expect(audit.droppedCount == 3)
        #expect(try lines(directory.file("missing")).count == 1)
    }

    @Test func `a line has a limit, and keeps who and what`() async throws {
        let directory = TemporaryDirectory()
        let audit = try audit(directory.path)
        let long = "\"\(String(repeating: "x", count: 100_000))\""
        audit.note(.service, "replace", "T", new: Array(long.utf8))
        await audit.flush()
        let line = try #require(try lines(directory.path).first)
        #expect(line["subject"] == .string("T") && line["new"] == .null)
    }
}
