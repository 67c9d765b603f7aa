import Glibc

/// A file descriptor with one owner, closed at the end of its lifetime.
package struct FileDescriptor: ~Copyable, Sendable {
    package let number: Int32

    /// Takes ownership of `number`; a negative number stands for a failed call.
    package init(_ number: Int32) { self.number = number }

    deinit { if number >= 0 { close(number) } }

    package var isOpen: Bool { number >= 0 }

    /// Returns the number without closing it; the caller owns it from then on.
    package consuming func release() -> Int32 {
        let number = number
        discard self
        return number
    }

    /// Writes all of `bytes`, blocking as long as it takes.
    package borrowing func writeAll(_ bytes: Bytes, subject: String) throws(SystemError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(number, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("write", subject) }
            rest = rest.dropFirst(count)
        }
    }
}
