package import Basics
private import CGMime
import Glibc

/// A mail in a file: its headers, and where its parts are.
///
/// The format is MIME (RFC 5322, 2045 to 2047, 2183, 2231), read by GMime, and written as leniently as mail programs
/// read it. Line ends are LF as Asterisk writes them, or CRLF. Guarantees:
///
/// - Contents stay on the disk, and memory does not grow with them: a mail of 64 MiB takes no more than one of 64 KiB. `StructureScan` bounds what
///   a parser keeps.
/// - `MailHeader.raw` and `MailPart.whole` are the bytes of the file, so that they can be copied unchanged.
/// - No input stops the process; what is no mail throws `MailError`.
///
/// One thread at a time uses an instance; all methods block while they read the disk.
///
/// ```swift
/// let mail = try MailFile(path: "/var/spool/x/1.eml")
/// for part in mail.parts where part.contentType == "audio/x-wav" {
///     let bytes = try mail.decode(part, to: descriptor)
/// }
/// ```
package final class MailFile {
    /// The largest mail, in bytes.
    package static let largest = 64 << 20

    /// The headers of the mail itself, in their order.
    package let headers: [MailHeader]
    /// The leaves in their order, without multiparts around them.
    package let parts: [MailPart]
    /// Whether the mail consists of parts; otherwise its body is the only one in `parts`.
    package let isMultipart: Bool
    /// How the first line of the mail ends.
    package let lineEnd: [UInt8]

    private let descriptor: FileDescriptor
    private let path: String

    /// Opens and reads a mail.
    package init(path: String) throws(MailError) {
        let descriptor = FileDescriptor(unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
        guard descriptor.isOpen else { throw .system(SystemError("open", path)) }
        var status = stat()
        guard unsafe fstat(descriptor.number, &status) == 0 else { throw .system(SystemError("stat", path)) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .system(SystemError("read", path, because: "not a regular file"))
        }
        let size = Int(status.st_size)
        guard size <= Self.largest else { throw .tooLarge("\(size) bytes") }

        var scan = StructureScan()
        try Self.pieces(of: descriptor, 0..<size, path: path) { (piece) throws(MailError) in try scan.take(piece) }
        guard let headersEnd = scan.headersEnd else { throw .malformed("its headers do not end") }
        let block = try Self.bytes(of: descriptor, 0..<headersEnd, path: path)
        headers = try HeaderBlock.headers(in: block[...])
        guard !headers.isEmpty else { throw .malformed("it has no headers") }
        let firstEnd = block.firstIndex(of: ASCII.newline) ?? 0
        lineEnd = firstEnd > 0 && block[firstEnd - 1] == ASCII.carriageReturn ? Array("\r\n".utf8) : [ASCII.newline]

        (parts, isMultipart) = try PartFinder.parts(of: descriptor.number, size: size)
        for part in parts {
            guard (0...size).contains(part.content.upperBound) else { throw .malformed("a part ends outside the mail") }
            guard part.whole == nil || part.content.lowerBound > 0 else { continue }
            if part.whole != nil {
                let end = try Self.bytes(
                    of: descriptor,
                    max(0, part.content.lowerBound - 3)..<part.content.lowerBound,
                    path: path
                )
                guard end.suffix(2) == [10, 10] || end == [10, 13, 10] else {
                    throw .malformed("a part ends in its headers")
                }
            }
        }
        self.descriptor = descriptor
        self.path = path
    }

    /// The first header of that name, in any case.
    package func header(_ name: String) -> MailHeader? { headers.first { $0.isNamed(name) } }

    /// Hands over the bytes in `range` of the file, in order, in pieces of at most 64 KiB.
    package func read(_ range: Range<Int>, _ take: (Bytes) throws(MailError) -> Void) throws(MailError) {
        try Self.pieces(of: descriptor, range, path: path, take)
    }

    /// Writes the decoded content of a part to a descriptor.
    ///
    /// - Returns: the number of bytes written.
    /// - Throws: `MailError` when reading or writing fails.
    package func decode(_ part: MailPart, to target: borrowing FileDescriptor) throws(MailError) -> Int {
        let number = target.number
        var count = 0
        try decoded(part) { (piece) throws(MailError) in
            count += piece.count
            try Self.write(piece, to: number)
            return true
        }
        return count
    }

    /// The first bytes of the decoded content: `limit`, or all when there are fewer.
    package func decodedPrefix(of part: MailPart, _ limit: Int) throws(MailError) -> [UInt8] {
        var bytes: [UInt8] = []
        try decoded(part) { (piece) throws(MailError) in
            bytes += piece
            return bytes.count < limit
        }
        return Array(bytes.prefix(limit))
    }

    /// The text of a part, decoded by the rule of `MailText`.
    ///
    /// - Throws: `MailError.tooLarge` when it has more than `limit` bytes.
    package func text(of part: MailPart, limit: Int = 256 << 10) throws(MailError) -> String {
        let bytes = try decodedPrefix(of: part, limit + 1)
        guard bytes.count <= limit else { throw .tooLarge("a text of more than \(limit) bytes") }
        return MailText.decode(bytes[...], charset: part.charset)
    }

    /// Hands over the decoded content piece by piece, until `take` returns false.
    private func decoded(_ part: MailPart, _ take: (Bytes) throws(MailError) -> Bool) throws(MailError) {
        guard !part.content.isEmpty else { return }
        let range = part.content
        let encoding = GMimeContentEncoding(rawValue: part.encoding)
        guard
            let stream = unsafe cgmime_decoding_stream(
                descriptor.number,
                gint64(range.lowerBound),
                gint64(range.upperBound),
                encoding
            )
        else { throw .system(SystemError("read", path)) }
        defer { unsafe g_object_unref(stream) }
        var chunk = [UInt8](repeating: 0, count: 32 << 10)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { bytes in
                unsafe g_mime_stream_read(stream, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
            }
            guard count >= 0 else { throw .system(SystemError("read", path)) }
            guard count > 0 else { return }
            guard try take(chunk[..<count]) else { return }
        }
    }

    private static func write(_ bytes: Bytes, to number: Int32) throws(MailError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system(SystemError("write", "the audio")) }
            rest = rest.dropFirst(count)
        }
    }

    private static func bytes(
        of descriptor: borrowing FileDescriptor,
        _ range: Range<Int>,
        path: String
    ) throws(MailError) -> [UInt8] {
        var bytes: [UInt8] = []
        try pieces(of: descriptor, range, path: path) { (piece) throws(MailError) in bytes += piece }
        return bytes
    }

    private static func pieces(
        of descriptor: borrowing FileDescriptor,
        _ range: Range<Int>,
        path: String,
        _ take: (Bytes) throws(MailError) -> Void
    ) throws(MailError) {
        var chunk = [UInt8](repeating: 0, count: min(64 << 10, max(1, range.count)))
        var offset = range.lowerBound
        while offset < range.upperBound {
            let wanted = min(chunk.count, range.upperBound - offset)
            let count = unsafe pread(descriptor.number, &chunk, wanted, offset)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system(SystemError("read", path)) }
            guard count > 0 else { throw .malformed("the file became shorter") }
            try take(chunk[..<count])
            offset += count
        }
    }
}
