import Glibc

/// A failed system call: which one, on what, and why in the system's words.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    package let call: String
    package let subject: String
    package let code: Int32
    /// This program's own reason where the system has none.
    private let ownReason: String?

    package init(_ call: String, _ subject: String, code: Int32 = errno) {
        self.call = call
        self.subject = subject
        self.code = code
        ownReason = nil
    }

    /// A failure that this program found, not the system.
    package init(_ call: String, _ subject: String, because reason: String) {
        self.call = call
        self.subject = subject
        code = EINVAL
        ownReason = reason
    }

    /// Whether the path leads to something other than a usable regular file.
    package var isWrongKind: Bool { ownReason != nil || code == EISDIR }

    /// What the system calls this error, such as "Connection refused".
    package var reason: String {
        if let ownReason { return ownReason }
        var buffer = [CChar](repeating: 0, count: 256)
        guard unsafe strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    package var description: String { "\(call) \(subject): \(reason)" }
}
