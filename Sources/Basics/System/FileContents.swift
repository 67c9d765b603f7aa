package import Glibc

/// Whole small files: secrets, configuration, zone files, `/proc`.
package enum FileContents {
    /// The bytes of a file.
    ///
    /// Blocks; not for the cooperative pool when the file may be on a slow disk.
    ///
    /// - Throws: `SystemError`, with `EFBIG` when the file is larger than `limit` bytes.
    package static func read(_ path: String, limit: Int = 16 << 20) throws(SystemError) -> [UInt8] {
        let descriptor = FileDescriptor(unsafe open(path, O_RDONLY | O_CLOEXEC))
        guard descriptor.isOpen else { throw SystemError("open", path) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = unsafe Glibc.read(descriptor.number, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("read", path) }
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else { throw SystemError("read", path, code: EFBIG) }
        }
    }

    /// Copies a file of any size, a piece at a time.
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

    /// Writes over a part of a file that is there.
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

    /// Replaces a file's content; `mode` counts only when the file is new.
    package static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws(SystemError) {
        let descriptor = FileDescriptor(unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode))
        guard descriptor.isOpen else { throw SystemError("open", path) }
        try descriptor.writeAll(bytes[...], subject: path)
    }
}
