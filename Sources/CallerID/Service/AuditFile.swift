import Basics
import Glibc

/// The files of `AdminAudit`: `audit-2026-03-01.jsonl`, one a day (UTC), for this user only; on a thread of its own.
actor AuditFile {
    private let directory: String
    private let days: Int
    private let worker: Worker

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe worker.asUnownedSerialExecutor() }

    /// The longest file, in bytes.
    static let limit = 64 << 20

    init(directory: String, days: Int, _ worker: Worker) {
        self.directory = directory
        self.days = days
        self.worker = worker
    }

    private static let prefix = "audit-"
    private static let suffix = ".jsonl"

    private static func name(_ time: Timestamp) -> String { "\(prefix)\(time.description.prefix(10))\(suffix)" }

    /// Why lines were not written, and how many.
    struct Failure: Error {
        let error: SystemError
        let count: Int
    }

    /// Appends lines to the file of a day, all of them or none; blocks its thread.
    ///
    /// - Parameter take: hands over the lines and the time, in this actor, so that two calls keep their order.
    func append(_ take: @Sendable () -> (lines: [[UInt8]], time: Timestamp)) throws(Failure) {
        let (lines, time) = take()
        guard !lines.isEmpty else { return }
        do throws(SystemError) { try append(lines, at: time) } catch { throw Failure(error: error, count: lines.count) }
    }

    private func append(_ lines: [[UInt8]], at time: Timestamp) throws(SystemError) {
        let path = "\(directory)/\(Self.name(time))"
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW
        let file = FileDescriptor(unsafe open(path, flags, 0o600))
        guard file.isOpen else { throw SystemError("open", path) }
        var status = stat()
        guard unsafe fstat(file.number, &status) == 0 else { throw SystemError("read", path) }
        let bytes = Array(lines.joined())
        guard Int(status.st_size) + bytes.count <= Self.limit else {
            throw SystemError("append to", path, code: EFBIG)
        }
        do throws(SystemError) {
            try file.writeAll(bytes[...], subject: path)
        } catch {
            // Half a line would spoil the next one.
            _ = ftruncate(file.number, status.st_size)
            throw error
        }
        // A power failure may cost the last lines; a change is in the database by then.
        _ = fdatasync(file.number)
    }

    /// Deletes the files of days that are too long ago.
    func deleteOld(at time: Timestamp) {
        let oldest = Self.name(time.adding(seconds: -days * 86_400))
        for name in Directory.names(in: directory) {
            guard name.hasPrefix(Self.prefix), name.hasSuffix(Self.suffix), name.utf8.count == oldest.utf8.count,
                name < oldest
            else { continue }
            _ = unsafe unlink("\(directory)/\(name)")
        }
    }
}
