import Basics
import Glibc

/// The mail on standard input, which can be copied again when copying fails, whatever standard input is.
///
/// Asterisk gives a file, which is read from its begin again. From a pipe, what was read remains in the file that it was
/// copied to, and in `pending`.
struct MailInput: ~Copyable {
    private let descriptor: Int32
    /// The place in the file where the mail begins; `nil` for a pipe.
    private let start: Int?
    /// The file that has the first `taken` bytes of a pipe.
    private var earlier: FileDescriptor?
    private var taken = 0
    /// Whether the file that is copied to has all that was taken.
    private var isCaughtUp = false
    /// What was read from a pipe and could not be written.
    private var pending: Bytes = []
    /// Why reading ended early; what could be read is then all there is.
    private(set) var failure: SystemError?
    /// Whether anything was there.
    private(set) var isEmpty = true

    private static let pieceSize = 64 << 10

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var status = stat()
        let isFile = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        let place = lseek(descriptor, 0, SEEK_CUR)
        start = isFile && place >= 0 ? place : nil
    }

    /// Copies the mail from its begin; can be called again after it threw.
    ///
    /// - Throws: when writing fails; a read that fails ends the mail.
    mutating func copy(to file: borrowing FileDescriptor, subject: String) throws(SystemError) {
        isCaughtUp = false
        if let start {
            _ = lseek(descriptor, start, SEEK_SET)
        } else {
            try copyEarlier(to: file, subject)
        }
        isCaughtUp = true
        var buffer = [UInt8](repeating: 0, count: Self.pieceSize)
        while true {
            let count = unsafe read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { failure = SystemError("read", "the mail") }
            guard count > 0 else { return }
            isEmpty = false
            try write(buffer[..<count], to: file, subject)
        }
    }

    private mutating func copyEarlier(to file: borrowing FileDescriptor, _ subject: String) throws(SystemError) {
        var buffer = [UInt8](repeating: 0, count: Self.pieceSize)
        var offset = 0
        while let source = earlier?.number, offset < taken {
            let count = unsafe pread(source, &buffer, min(buffer.count, taken - offset), offset)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            try file.writeAll(buffer[..<count], subject: subject)
            offset += count
        }
        guard !pending.isEmpty else { return }
        try file.writeAll(pending, subject: subject)
        taken += pending.count
        pending = []
    }

    private mutating func write(_ bytes: Bytes, to file: borrowing FileDescriptor, _ subject: String)
        throws(SystemError)
    {
        guard start == nil else { return try file.writeAll(bytes, subject: subject) }
        do throws(SystemError) {
            try file.writeAll(bytes, subject: subject)
            taken += bytes.count
        } catch {
            pending = bytes
            throw error
        }
    }

    /// Keeps the file that copying failed on: it has what was taken from a pipe.
    mutating func remember(_ file: consuming FileDescriptor) {
        if start == nil, isCaughtUp { earlier = consume file }
    }

    /// The mail as a file at its begin, without a queue: standard input itself, else a file in memory.
    ///
    /// - Throws: when there is no memory.
    mutating func straight() throws(SystemError) -> FileDescriptor {
        if let start {
            _ = lseek(descriptor, start, SEEK_SET)
            return FileDescriptor(fcntl(descriptor, F_DUPFD_CLOEXEC, 3))
        }
        let memory = try MemoryFile.make("voicemail")
        try copy(to: memory, subject: "memory")
        _ = lseek(memory.number, 0, SEEK_SET)
        return memory
    }
}
