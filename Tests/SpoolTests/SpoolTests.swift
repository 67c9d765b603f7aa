import Basics
import Glibc
import Spool
import TestSupport
import Testing

struct SpoolTests {
    private let directory = TemporaryDirectory()

    private func record(_ number: Int, call: String = "1.1", kind: RecordKind = .cel, size: Int = 20) -> NewRecord {
        let digits = "\(number)".utf8
        let id = [UInt8](repeating: ASCII.zero, count: 8 - digits.count) + Array(digits) + Array("-padding".utf8)
        let body = Array("{\"n\":\(number),\"x\":\"".utf8) + [UInt8](repeating: 0x78, count: size) + Array("\"}".utf8)
        return NewRecord(
            id: id,
            kind: kind,
            call: Array(call.utf8)[...].stableHash,
            channel: 0,
            receivedAt: Timestamp(seconds: 1000 + number),
            body: body
        )
    }

    private func freeze(
        _ spool: RecordSpool,
        _ count: Int,
        bytes: Int = 1 << 20,
        avoiding busy: Set<Int> = [],
        key: String = "k"
    ) async throws -> FrozenBatch? {
        try await spool.freeze(count: count, bytes: bytes, avoiding: busy, key: key)
    }

    @Test func `what was accepted comes out in order with its bytes`() async throws {
        let spool = try RecordSpool(SpoolConfiguration(directory: directory.path))
        let records = (0..<5).map { record($0, kind: $0 == 2 ? .cdr : .cel) }
        let appended = try await spool.append(records)
        #expect(appended.accepted == [.cel: 4, .cdr: 1])
        let batch = try #require(try await freeze(spool, 10))
        #expect(batch.records.map(\.body) == records.map(\.body))
        #expect(batch.records.map(\.kind) == records.map(\.kind))
        #expect(batch.records.map(\.receivedAt) == records.map(\.receivedAt))
        try await spool.acknowledge(batch)
        #expect(await spool.waiting == 0)
        #expect(try await freeze(spool, 10) == nil)
        #expect(
            await spool.counts == [
                .cel: RecordCounts(received: 4, delivered: 4), .cdr: RecordCounts(received: 1, delivered: 1),
            ]
        )
    }

    @Test func `everything is there after a restart, frozen batches with their keys and contents`() async throws {
        var batches: [FrozenBatch] = []
        do {
            let spool = try RecordSpool(SpoolConfiguration(directory: directory.path))
            _ = try await spool.append((0..<10).map { record($0) })
            batches.append(try #require(try await freeze(spool, 3, key: "first")))
            batches.append(try #require(try await freeze(spool, 3, key: "second")))
        }
        let spool = try await reopened()
        let frozen = try await spool.perform { try $0.queue.frozenBatches() }
        #expect(frozen.map(\.idempotencyKey) == ["first", "second"])
        #expect(frozen.map { $0.records.map(\.body) } == batches.map { $0.records.map(\.body) })
        #expect(await spool.waiting == 10)
        #expect(await spool.unfrozen == 4)
        try await spool.acknowledge(frozen[0])
        let rest = try #require(try await freeze(spool, 10, key: "third"))
        #expect(rest.records.map(\.body) == (6..<10).map { record($0).body })
    }

    /// The thread of a released spool may still be closing it.
    private func reopened() async throws -> RecordSpool {
        while true {
            do throws(SpoolError) {
                return try RecordSpool(SpoolConfiguration(directory: directory.path))
            } catch {
                guard case .locked = error else { throw error }
                await Task.yield()
            }
        }
    }

    @Test func `numbers of records are never used twice, also over a restart`() async throws {
        do {
            let spool = try RecordSpool(SpoolConfiguration(directory: directory.path))
            _ = try await spool.append([record(1), record(2)])
            try await spool.acknowledge(try #require(try await freeze(spool, 2)))
        }
        let spool = try await reopened()
        _ = try await spool.append([record(3)])
        #expect(try await freeze(spool, 1, key: "x")?.records.map(\.sequence) == [3])
    }

    @Test func `a batch has a bound in records and in bytes`() async throws {
        let spool = try RecordSpool(SpoolConfiguration(directory: directory.path))
        _ = try await spool.append((0..<10).map { record($0, size: 1000) })
        #expect(try await freeze(spool, 4, key: "a")?.records.count == 4)
        #expect(try await freeze(spool, 10, bytes: 2500, key: "b")?.records.count == 2)
        #expect(try await freeze(spool, 10, bytes: 1, key: "c")?.records.count == 1, "one is taken whatever its size")
        #expect(try await freeze(spool, 10, key: "d")?.records.count == 3)
    }

    @Test func `records of a call that is on its way wait, those of others do not`() async throws {
        let (a, b) = (Array("a".utf8)[...].stableHash, Array("b".utf8)[...].stableHash)
        let spool = try RecordSpool(SpoolConfiguration(directory: directory.path))
        _ = try await spool.append([
            record(0, call: "a"), record(1, call: "b"), record(2, call: "a"), record(3, call: "c"),
            record(4, call: "b"),
        ])
        let first = try #require(try await freeze(spool, 1, key: "1"))
        #expect(first.records.map(\.call) == [a])
        let second = try #require(try await freeze(spool, 2, avoiding: [a], key: "2"))
        #expect(second.records.map(\.body) == [record(1).body, record(3).body])
        #expect(try await freeze(spool, 9, avoiding: [a, b], key: "x") == nil)
        try await spool.acknowledge(first)
        let third = try #require(try await freeze(spool, 9, avoiding: [b], key: "3"))
        #expect(third.records.map(\.body) == [record(2).body])
        try await spool.acknowledge(second)
        #expect(try await freeze(spool, 9, key: "4")?.records.map(\.body) == [record(4).body])
        #expect(try await freeze(spool, 9, key: "5") == nil)
    }

    @Test func `a second process, or a second spool here, is refused clearly`() throws {
        let spool = try RecordSpool(SpoolConfiguration(directory: directory.path))
        let error = #expect(throws: SpoolError.self) { try RecordSpool(SpoolConfiguration(directory: directory.path)) }
        #expect(error == .locked(path: spool.path))
        #expect(error?.description.contains("another connector") == true)
    }

    /// The permissions of a file.
    private func mode(of name: String) -> mode_t {
        var figures = stat()
        return unsafe stat(directory.file(name), &figures) == 0 ? figures.st_mode & 0o777 : 0
    }

    @Test func `nobody else can read the files of a spool, in any folder and after an earlier version`() async throws {
        #expect(unsafe chmod(directory.path, 0o755) == 0)
        let spool = try RecordSpool(SpoolConfiguration(directory: directory.path))
        _ = try await spool.append([record(1)])
        let names = Directory.names(in: directory.path)
        #expect(Set(names).isSuperset(of: ["spool.db", "spool.db-wal", "lock"]))
        for name in names { #expect(mode(of: name) == 0o600, "\(name)") }
        await spool.close()
        #expect(unsafe chmod(directory.file("spool.db"), 0o644) == 0)
        let again = try RecordSpool(SpoolConfiguration(directory: directory.path))
        #expect(mode(of: "spool.db") == 0o600 && mode(of: "spool.db-wal") == 0o600)
        await again.close()
    }

    @Test func `a directory that cannot be used is named`() {
        let error = #expect(throws: SpoolError.self) { try RecordSpool(SpoolConfiguration(directory: "/proc/nowhere")) }
        #expect(error?.description.contains("SPOOL_DIR") == true)
    }

    @Test(arguments: [EACCES, EPERM, ENOENT])
    func `a directory of somebody else comes with the command that mends it`(code: Int32) {
        let text = SpoolError.directory(SystemError("write to", "/data", code: code)).description
        let command = "sudo install -d -m 700 DIR && sudo chown -R \(geteuid()):\(getegid()) DIR"
        #expect(text.contains("/data") && text.contains(command) && text.contains("container"))
    }

    @Test func `a file that is no spool, or a newer one, is refused untouched`() async throws {
        let garbage = Array("this is not a database, it is a text of somebody else, and it is long enough".utf8)
        try FileContents.write(garbage, to: directory.file("spool.db"))
        #expect(throws: SpoolError.self) { try RecordSpool(SpoolConfiguration(directory: directory.path)) }
        #expect(try FileContents.read(directory.file("spool.db")) == garbage)
    }

    @Test func `space is given back after a drain`() async throws {
        let spool = try RecordSpool(SpoolConfiguration(directory: directory.path))
        _ = try await spool.append((0..<2000).map { record($0, size: 1000) })
        let batch = try #require(try await freeze(spool, 2000, bytes: .max))
        try await spool.acknowledge(batch)
        var rounds = 0
        while try await spool.perform({ try $0.giveSpaceBack() }) { rounds += 1 }
        #expect(rounds > 1, "a little at a time")
        #expect(try await spool.perform { try $0.giveSpaceBack() } == false)
    }

    @Test func `the oldest record and its waiting time are known`() async throws {
        let spool = try RecordSpool(SpoolConfiguration(directory: directory.path))
        #expect(spool.figures.oldest == nil)
        #expect(await spool.unfrozenSince == nil)
        _ = try await spool.append([record(7)])
        let since = try #require(await spool.unfrozenSince)
        _ = try await spool.append([record(8)])
        #expect(await spool.unfrozenSince == since)
        #expect(spool.figures.oldest == Timestamp(seconds: 1007))
        _ = try await freeze(spool, 1)
        #expect(try #require(await spool.unfrozenSince) > since)
    }
}
