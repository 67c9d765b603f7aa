package import Basics

/// Writes a mail to a descriptor in pieces of about 64 KiB, with the line ends of the mail that it answers to.
package struct MailWriter {
    private static let size = 64 << 10
    private let lineEnd: [UInt8]
    private var buffer: [UInt8] = []

    /// - Parameter lineEnd: what takes the place of each LF in text; bytes that are copied stay.
    package init(lineEnd: [UInt8]) {
        self.lineEnd = lineEnd
        buffer.reserveCapacity(2 * Self.size)
    }

    /// Writes text whose lines end with LF.
    package mutating func write(_ text: String, to target: borrowing FileDescriptor) throws(MailError) {
        for byte in text.utf8 {
            if byte == ASCII.newline { buffer += lineEnd } else { buffer.append(byte) }
            if buffer.count >= Self.size { try flush(to: target) }
        }
    }

    /// Writes bytes as they are.
    package mutating func write(raw bytes: Bytes, to target: borrowing FileDescriptor) throws(MailError) {
        buffer += bytes
        if buffer.count >= Self.size { try flush(to: target) }
    }

    /// Writes what is left; the last call.
    package mutating func flush(to target: borrowing FileDescriptor) throws(MailError) {
        do throws(SystemError) {
            try target.writeAll(buffer[...], subject: "the new mail")
        } catch {
            throw .system(error)
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
