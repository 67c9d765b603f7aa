import Basics
import Glibc

/// One file of a journal: a header, then the entries that were appended to it.
///
/// Its blocks are allocated in advance, so that appending needs no room on the disk until they are full. The header is
/// `ACJ1`, four bytes of zeros, and the generation; an entry is the length of its content (8 bytes), a checksum of the
/// generation, the offset and the content (8 bytes), and the content. The first entry whose checksum is wrong is the
/// end: what is behind it comes from an earlier generation, or was never written whole.
///
/// One thread uses it.
final class JournalFile {
    private let file: FileDescriptor
    private let path: String
    private(set) var end = 0
    private var buffer: [UInt8] = []

    private(set) var generation = 0

    private static let mark: [UInt8] = Array("ACJ1".utf8) + [0, 0, 0, 0]
    static let headerSize = 16
    private static let entryHeaderSize = 16
    /// The longest content of an entry.
    static let entryLimit = 1024

    /// Opens or creates the file, for this user only, and allocates its blocks.
    ///
    /// Blocks.
    init(path: String, capacity: Int) throws(SystemError) {
        self.path = path
        file = FileDescriptor(unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600))
        guard file.isOpen else { throw SystemError("open", path) }
        let code = posix_fallocate(file.number, 0, off_t(capacity))
        guard code == 0 || code == EOPNOTSUPP else {
            throw SystemError("allocate \(capacity) bytes for", path, code: code)
        }
    }

    /// The descriptor, for a flush by another thread; the file stays open as long as this.
    var descriptor: Int32 { file.number }

    /// Begins a generation: earlier entries do not count any more.
    func begin(_ generation: Int) throws(SystemError) {
        var header = Self.mark
        header.append(integer: Int64(generation))
        try write(header, at: 0)
        self.generation = generation
        end = Self.headerSize
    }

    /// Appends an entry with one system call; the kernel keeps it when the process ends.
    func append(_ event: SelectionEvent) throws(SystemError) {
        buffer.removeAll(keepingCapacity: true)
        for _ in 0..<Self.entryHeaderSize { buffer.append(0) }
        event.append(to: &buffer)
        let length = buffer.count - Self.entryHeaderSize
        let checksum = Self.checksum(buffer[Self.entryHeaderSize...], generation: generation, offset: end)
        Self.set(Int64(length), in: &buffer, at: 0)
        Self.set(Int64(checksum), in: &buffer, at: 8)
        try write(buffer, at: end)
        end += buffer.count
    }

    private static func set(_ value: Int64, in buffer: inout [UInt8], at offset: Int) {
        for index in 0..<8 { buffer[offset + index] = UInt8(truncatingIfNeeded: value >> Int64(index * 8)) }
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe pwrite(
                    file.number,
                    buffer.baseAddress.map { unsafe $0 + done },
                    buffer.count - done,
                    off_t(offset + done)
                )
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError("write", path, code: count == 0 ? ENOSPC : errno) }
            done += count
        }
    }

    /// The generation of a file's content, and its entries up to the first damaged one, with their offsets; `nil` when it
    /// has no header.
    ///
    /// Blocks.
    static func read(_ path: String) throws(SystemError) -> (generation: Int, events: [(Int, SelectionEvent)])? {
        guard var reader = try JournalReader(path) else { return nil }
        try reader.fill(headerSize)
        guard reader.rest.starts(with: mark) else { return nil }
        reader.skip(mark.count)
        guard let generation = reader.rest.takeInteger() else { return nil }
        var events: [(Int, SelectionEvent)] = []
        var offset = headerSize
        while true {
            try reader.fill(entryHeaderSize + entryLimit)
            guard let length = reader.rest.takeInteger(), let checksum = reader.rest.takeInteger(),
                (1...Int64(entryLimit)).contains(length), reader.rest.count >= Int(length)
            else { break }
            let content = reader.rest.prefix(Int(length))
            guard Self.checksum(content, generation: Int(generation), offset: offset) == Int(checksum),
                let event = SelectionEvent(content)
            else { break }
            events.append((offset, event))
            reader.skip(Int(length))
            offset += entryHeaderSize + Int(length)
        }
        return (Int(generation), events)
    }

    private static func checksum(_ content: Bytes, generation: Int, offset: Int) -> Int {
        var checksum = Checksum()
        checksum.add(generation)
        checksum.add(offset)
        checksum.add(content)
        return checksum.value
    }
}
