import Basics
import Glibc

/// A log file with a JSON line for each received record.
final class RecordLog: Sendable {
    private let file: Lock<FileDescriptor>
    private let path: String

    /// Opens or creates `path` for appending.
    init(_ path: String) throws(SystemError) {
        let descriptor = FileDescriptor(unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644))
        guard descriptor.isOpen else { throw SystemError("open", path) }
        file = Lock(descriptor)
        self.path = path
    }

    /// JSON without line breaks, which can occur only between tokens.
    private static func onOneLine(_ json: Bytes) -> Bytes {
        Bytes(json.map { $0 == ASCII.newline || $0 == ASCII.carriageReturn ? ASCII.space : $0 })
    }

    /// Writes the lines of one request; they have been passed to the kernel when it returns.
    func append(_ records: [ReceivedRecord], key: String, at time: Timestamp) throws(SystemError) {
        var lines: [UInt8] = []
        lines.reserveCapacity(records.reduce(0) { $0 + $1.json.count + 150 })
        for record in records {
            var writer = JSONWriter(capacity: record.json.count + 150)
            writer.beginObject()
            writer.key("received_at")
            writer.timestamp(time)
            writer.key("key")
            writer.string(key)
            writer.key("kind")
            writer.string(record.kind.rawValue)
            writer.key("record")
            writer.raw(record.json.contains(ASCII.newline) ? Self.onOneLine(record.json) : record.json)
            writer.endObject()
            lines.append(contentsOf: writer.bytes)
            lines.append(ASCII.newline)
        }
        let path = path
        let result: Result<Void, SystemError> = file.withLock { file in
            do throws(SystemError) {
                return .success(try file.writeAll(lines[...], subject: path))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}
