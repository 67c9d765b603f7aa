import Basics
import Glibc

/// A file for log lines.
final class LogFile: Sendable {
    private let file: FileDescriptor
    private let path: String

    /// Creates the file, or empties an existing one.
    init(_ path: String) throws(SystemError) {
        self.path = path
        file = FileDescriptor(unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644))
        guard file.isOpen else { throw SystemError("open", path) }
    }

    /// Appends a line; errors are ignored.
    @Sendable
    func write(_ line: [UInt8]) { try? file.writeAll(line[...], subject: path) }
}
