private import CLinux
import Glibc

/// Wakes a thread that sleeps in `poll`: any thread signals, the sleeper watches `descriptor` for reading.
package final class EventFD: Sendable {
    private let event: FileDescriptor

    package init() throws(SystemError) {
        event = FileDescriptor(eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)))
        guard event.isOpen else { throw SystemError("eventfd", "for a thread's wake-up") }
    }

    package var descriptor: Int32 { event.number }

    package func signal() { _ = eventfd_write(event.number, 1) }

    /// Clears the signals received so far.
    package func drain() {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(event.number, &count)
    }
}
