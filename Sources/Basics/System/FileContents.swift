package import Glibc

/// Reads and writes whole small files: secrets, configuration, zone files, `/proc`.
package enum FileContents {
    /// What a path may lead to; anything else (a folder, a device, a socket) is an error.
    package enum Kind: Sendable {
        /// A regular file only, so that reading never waits for the writer of a pipe.
        case file
        /// Also a pipe, such as bash's `<(command)`; it must end within ten seconds.
        case fileOrPipe
    }

    private static let pipeTimeout = Duration.seconds(10)

    /// The bytes of a file.
    ///
    /// Blocks; do not call it on the cooperative pool when the file may be on a slow disk.
    ///
    /// - Throws: `SystemError`, with `EFBIG` when the file is larger than `limit` bytes.
    package static func read(
        _ path: String,
        limit: Int = 16 << 20,
        from kind: Kind = .file
    ) throws(SystemError) -> [UInt8] {
        // Without O_NONBLOCK the open itself would wait for the writer of a pipe, or for a device.
        let descriptor = FileDescriptor(unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY))
        guard descriptor.isOpen else { throw SystemError("open", path) }
        let deadline = try isPipe(descriptor, path, kind) ? ContinuousClock.now + pipeTimeout : nil
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while true {
            if let deadline, Poll.wait(for: .read, on: descriptor.number, timeout: deadline - .now) == .timedOut {
                throw SystemError("read", path, because: "the pipe did not end within \(pipeTimeout.formatted)")
            }
            let count = unsafe Glibc.read(descriptor.number, &chunk, chunk.count)
            if count < 0 && (errno == EINTR || (errno == EAGAIN && deadline != nil)) { continue }
            guard count >= 0 else { throw SystemError("read", path) }
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else { throw SystemError("read", path, code: EFBIG) }
        }
    }

    /// Whether it is a pipe rather than a regular file.
    ///
    /// - Throws: `SystemError` when it is neither, or a pipe that `kind` does not allow.
    private static func isPipe(
        _ descriptor: borrowing FileDescriptor,
        _ path: String,
        _ kind: Kind
    ) throws(SystemError) -> Bool {
        var status = stat()
        guard unsafe fstat(descriptor.number, &status) == 0 else { throw SystemError("stat", path) }
        switch (status.st_mode & S_IFMT, kind) {
        case (S_IFREG, _): return false
        case (S_IFIFO, .fileOrPipe): return true
        case (S_IFDIR, _): throw SystemError("read", path, code: EISDIR)
        case (S_IFIFO, .file): throw SystemError("read", path, because: "a pipe, not a regular file")
        default: throw SystemError("read", path, because: "a device or socket, not a regular file")
        }
    }

    /// Copies a file of any size in pieces.
    ///
    /// Blocks.
    package static func copy(_ path: String, to copy: String, mode: mode_t) throws(SystemError) {
        let source = FileDescriptor(unsafe open(path, O_RDONLY | O_CLOEXEC))
        guard source.isOpen else { throw SystemError("open", path) }
        let target = FileDescriptor(unsafe open(copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode))
        guard target.isOpen else { throw SystemError("open", copy) }
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = unsafe Glibc.read(source.number, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("read", path) }
            guard count > 0 else { return }
            try target.writeAll(chunk[..<count], subject: copy)
        }
    }

    /// Overwrites a part of an existing file.
    package static func overwrite(_ path: String, at offset: Int, with bytes: [UInt8]) throws(SystemError) {
        let descriptor = FileDescriptor(unsafe open(path, O_WRONLY | O_CLOEXEC))
        guard descriptor.isOpen, lseek(descriptor.number, offset, SEEK_SET) == offset else {
            throw SystemError("open", path)
        }
        try descriptor.writeAll(bytes[...], subject: path)
    }

    /// The first bytes of a file, fewer when it is shorter.
    package static func read(_ path: String, first count: Int) throws(SystemError) -> [UInt8] {
        let descriptor = FileDescriptor(unsafe open(path, O_RDONLY | O_CLOEXEC))
        guard descriptor.isOpen else { throw SystemError("open", path) }
        var bytes = [UInt8](repeating: 0, count: count)
        let got = unsafe Glibc.read(descriptor.number, &bytes, count)
        guard got >= 0 else { throw SystemError("read", path) }
        return Array(bytes.prefix(got))
    }

    /// Replaces a file's content in place; `mode` applies only to a new file.
    package static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws(SystemError) {
        let descriptor = FileDescriptor(unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode))
        guard descriptor.isOpen else { throw SystemError("open", path) }
        try descriptor.writeAll(bytes[...], subject: path)
    }
}
