import Basics
import Glibc
import SQLite
import Spool
import TestSupport

/// A spool in its own directory, and records for it.
struct SpoolSite {
    let directory = TemporaryDirectory()
    var maxBytes = 2 << 30
    var commitFault: (@Sendable () -> SQLiteError?)?

    var path: String { directory.file("spool.db") }

    func open() throws(SpoolError) -> RecordSpool {
        var configuration = SpoolConfiguration(directory: directory.path)
        configuration.maxBytes = maxBytes
        configuration.commitFault = commitFault
        return try RecordSpool(configuration)
    }

    /// Opens it again after another one was released, whose thread may still be closing it.
    func reopen() async throws -> RecordSpool {
        while true {
            do throws(SpoolError) {
                return try open()
            } catch {
                guard case .locked = error else { throw error }
                await Task.yield()
            }
        }
    }

    static func record(
        _ number: Int,
        call: Int? = nil,
        kind: RecordKind = .cel,
        size: Int = 20
    ) -> NewRecord {
        let digits = "\(number)".utf8
        let body = Array("{\"n\":\(number),\"x\":\"".utf8) + [UInt8](repeating: 0x78, count: size) + Array("\"}".utf8)
        return NewRecord(
            id: [UInt8](repeating: ASCII.zero, count: 8 - digits.count) + Array(digits) + Array("-padding".utf8),
            kind: kind,
            call: call ?? CallKey.make(start: 1000 + number, hash: number),
            channel: CallKey.make(start: 1000 + number, hash: 0),
            receivedAt: Timestamp(seconds: 1000 + number),
            body: body
        )
    }

    static func records(_ numbers: Range<Int>, size: Int = 20) -> [NewRecord] {
        numbers.map { record($0, size: size) }
    }

    /// The total size of the files in a directory, in bytes.
    static func bytes(in directory: String) -> Int {
        Directory.names(in: directory).reduce(0) { sum, name in
            var figures = stat()
            return unsafe stat("\(directory)/\(name)", &figures) == 0 ? sum + figures.st_size : sum
        }
    }

    /// The numbers of the records in a batch.
    static func numbers(_ batch: FrozenBatch?) -> [Int] { batch?.records.map { number($0.id) } ?? [] }

    /// The number of the record with this key.
    static func number(_ id: [UInt8]) -> Int { Int(String(decoding: id.prefix(8), as: UTF8.self)) ?? -1 }
}

extension RecordSpool {
    /// Freezes up to `count` records, whatever their size.
    func freeze(
        _ count: Int,
        lane: Lane = .oldest,
        avoiding busy: Set<Int> = [],
        key: String = "key"
    ) throws(SpoolError) -> FrozenBatch? {
        try freeze(lane, count: count, bytes: 1 << 30, avoiding: busy, key: key)
    }
}
