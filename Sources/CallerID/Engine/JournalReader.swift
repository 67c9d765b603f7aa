import Basics
import Glibc

/// Reads a file from its start, a piece at a time: the blocks behind the last entry cost neither time nor memory.
struct JournalReader: ~Copyable {
    /// What was read and is not taken yet.
    var rest: Bytes = []
    private let file: FileDescriptor
    private let path: String

    private static let pieceSize = 64 << 10

    /// Opens the file; `nil` when there is none.
    init?(_ path: String) throws(SystemError) {
        let file = FileDescriptor(unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
        guard file.isOpen else {
            if errno == ENOENT { return nil }
            throw SystemError("open", path)
        }
        self.file = file
        self.path = path
    }

    /// Reads until `rest` has `count` bytes or the file ends; blocks.
    mutating func fill(_ count: Int) throws(SystemError) {
        while rest.count < count {
            var piece = [UInt8](repeating: 0, count: Self.pieceSize)
            let size = unsafe read(file.number, &piece, piece.count)
            if size < 0, errno == EINTR { continue }
            guard size >= 0 else { throw SystemError("read", path) }
            guard size > 0 else { return }
            rest = (rest + piece[..<size])[...]
        }
    }

    mutating func skip(_ count: Int) { rest = rest.dropFirst(count) }
}
