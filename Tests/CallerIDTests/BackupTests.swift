import Basics
import HTTP
import SQLite
import TestSupport
import Testing

@testable import CallerID

@Suite struct BackupTests {
    @Test func `a backup has what was stored while it was made, and its numbers can be opened`() async throws {
        let directory = TemporaryDirectory()
        let engine = try EmbeddedEngine(
            .init(directory: directory.file("a"), policy: SelectionPolicy()),
            log: Logger("callerid", sink: LogLines().sink)
        )
        let numbers = try NumberCSV.decode(SampleCSV.bytes(count: 5000)[...]).records
        _ = try await engine.importNumbers(numbers, ImportOptions(), dropLimit: 50)
        _ = try Directory.make(directory.file("b"))
        let copy = directory.file("b/callerid.db")
        async let backup: Void = engine.backup(to: copy)
        let late = try await engine.add(NumberRecord(number: try #require(Digits(callerID: "9995550001"))))
        try await backup
        await #expect(throws: CallerIDStoreError.self) { try await engine.backup(to: copy) }
        let database = try SQLiteDatabase(path: copy)
        #expect(try database.rows("PRAGMA integrity_check") { $0.text(0) } == ["ok"])
        let count = try database.integer("SELECT count(*) FROM caller_ids")
        #expect(count == 5000 || count == 5001)
        #expect(late.id > 5000)
    }
}
