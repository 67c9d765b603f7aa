package import Basics
import Glibc

/// The socket of a service manager, for a test: takes what programs send to NOTIFY_SOCKET.
package final class NotifySocket: Sendable {
    /// What NOTIFY_SOCKET has to be.
    package let name: String

    private let socket: FileDescriptor

    /// - Parameter name: a path, or behind `@` a name outside of the file system.
    package init(_ name: String) throws(SystemError) {
        self.name = name
        socket = try UnixSocket.messages()
        let address = try UnixSocket.address(name)
        let number = socket.number
        let isBound = unsafe address.withUnsafeBytes { buffer in
            let start = unsafe buffer.assumingMemoryBound(to: sockaddr.self).baseAddress
            return unsafe bind(number, start, socklen_t(buffer.count)) == 0
        }
        guard isBound else { throw SystemError("bind", name) }
    }

    /// The messages that came since the last call.
    package func take() -> [String] {
        var messages: [String] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe recv(socket.number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count >= 0 else { return messages }
            messages.append(String(decoding: buffer.prefix(count), as: UTF8.self))
        }
    }
}
