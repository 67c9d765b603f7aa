import Glibc

/// Waits for file descriptors, on a thread that may block.
package enum Poll {
    package enum Interest {
        case read, write, either

        fileprivate var events: Int16 {
            switch self {
            case .read: Int16(POLLIN)
            case .write: Int16(POLLOUT)
            case .either: Int16(POLLIN | POLLOUT)
            }
        }
    }

    /// What ended a wait.
    package enum Outcome: Equatable { case ready, woken, timedOut }

    /// Waits until `descriptor` is ready (or broken), `wakeup` was signalled, or `timeout` has passed; `nil` waits for
    /// ever.
    ///
    /// Returning `.woken` consumes the signals of `wakeup`. A POSIX signal does not end the wait.
    package static func wait(
        for interest: Interest,
        on descriptor: Int32,
        wakeup: EventFD? = nil,
        timeout: Duration? = nil
    ) -> Outcome {
        var entries = [pollfd(fd: descriptor, events: interest.events, revents: 0)]
        if let wakeup { entries.append(pollfd(fd: wakeup.descriptor, events: Int16(POLLIN), revents: 0)) }
        let deadline = timeout.map { ContinuousClock.now + $0 }
        var count: Int32
        repeat {
            let left = deadline.map { $0 - .now }
            count = unsafe poll(&entries, nfds_t(entries.count), left.map(milliseconds) ?? -1)
        } while count < 0 && errno == EINTR
        if entries.count == 2, entries[1].revents != 0 {
            wakeup?.drain()
            return .woken
        }
        return count > 0 ? .ready : .timedOut
    }

    /// Whole milliseconds, rounded up so that a wait never ends before its time.
    static func milliseconds(_ duration: Duration) -> Int32 {
        guard duration > .zero else { return 0 }
        guard duration < .milliseconds(Int32.max) else { return .max }
        let (seconds, attoseconds) = duration.components
        let milliseconds = seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(clamping: milliseconds)
    }
}
