private import CLinux
import Glibc

/// Waits for many file descriptors at once, on a thread that may block; one thread uses it.
///
/// A descriptor is reported as long as it is ready. A broken one counts as readable. Closing a descriptor removes it.
package final class Epoll {
    private let file: FileDescriptor
    private var tokens = [UInt64](repeating: 0, count: 64)
    private var events = [UInt32](repeating: 0, count: 64)

    package init() throws(SystemError) {
        file = FileDescriptor(epoll_create1(Int32(EPOLL_CLOEXEC)))
        guard file.isOpen else { throw SystemError("epoll_create", "for a thread") }
    }

    /// Watches a descriptor for reading.
    ///
    /// - Parameter token: what `wait` reports for it.
    package func add(_ descriptor: Int32, token: UInt64) throws(SystemError) {
        guard epoll_change(file.number, EPOLL_CTL_ADD, descriptor, EPOLLIN.rawValue, token) == 0 else {
            throw SystemError("epoll_ctl", "add a descriptor")
        }
    }

    /// Watches a descriptor for writing too, or for reading only.
    package func watch(_ descriptor: Int32, token: UInt64, writing: Bool) {
        let events = writing ? EPOLLIN.rawValue | EPOLLOUT.rawValue : EPOLLIN.rawValue
        _ = epoll_change(file.number, EPOLL_CTL_MOD, descriptor, events, token)
    }

    package func remove(_ descriptor: Int32) { _ = epoll_change(file.number, EPOLL_CTL_DEL, descriptor, 0, 0) }

    /// Waits until a descriptor is ready or the time is over; returns how many are ready, 64 at most.
    ///
    /// A POSIX signal may end the wait early.
    ///
    /// - Parameter timeout: `nil` waits for ever.
    package func wait(timeout: Duration?) -> Int {
        Int(max(0, unsafe epoll_collect(file.number, &tokens, &events, timeout.map(Poll.milliseconds) ?? -1)))
    }

    /// One of those that the last `wait` found.
    package func ready(_ index: Int) -> (token: UInt64, isReadable: Bool, isWritable: Bool) {
        let isWritable = events[index] & EPOLLOUT.rawValue != 0
        return (tokens[index], events[index] & ~EPOLLOUT.rawValue != 0, isWritable)
    }
}
