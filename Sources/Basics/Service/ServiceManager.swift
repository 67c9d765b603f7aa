import Glibc

/// Reports the state of this process to the service manager that started it: sd_notify(3) without libsystemd.
///
/// Nothing here blocks. A message that must arrive and finds no room is sent with the next one.
package final class ServiceManager: Sendable {
    private enum Phase {
        case starting
        case ready
        case stopping
    }

    private struct State {
        var phase = Phase.starting
        /// Messages that the socket had no room for.
        var unsent: [String] = []
    }

    /// The interval of the watchdog, within which `works` must be called; `nil` when the manager does not watch.
    package let watchdog: Duration?

    private static let mostUnsent = 16

    private let name: String
    private let socket: FileDescriptor
    private let log: Logger
    private let state = Lock(State())

    /// The manager that the environment names; `nil` without a usable `NOTIFY_SOCKET`.
    ///
    /// - Parameter process: the process ID that `WATCHDOG_PID`, if set, must name for the watchdog to apply.
    package init?(_ environment: [String: String], process: Int32 = getpid(), log: Logger) {
        guard let name = environment["NOTIFY_SOCKET"], name.hasPrefix("/") || name.hasPrefix("@"),
            let socket = try? UnixSocket.messages()
        else { return nil }
        self.name = name
        self.socket = socket
        self.log = log
        let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(process)" } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        watchdog = isMeant && microseconds > 0 ? .microseconds(microseconds) : nil
    }

    /// Reports that the program has started and works.
    package func ready() {
        state.withLock { if $0.phase == .starting { $0.phase = .ready } }
        notify("READY=1")
    }

    /// Reports that the program is shutting down in order.
    package func stopping() {
        state.withLock { $0.phase = .stopping }
        notify("STOPPING=1")
    }

    /// Reports a reload of the configuration around `body`; before `ready` and after `stopping` it only runs `body`.
    package func reloading(_ body: () -> Void) {
        let isReady = state.withLock { $0.phase == .ready }
        if isReady { notify("RELOADING=1\nMONOTONIC_USEC=\(Self.monotonicMicroseconds)") }
        body()
        if isReady { notify("READY=1") }
    }

    /// Reports a line of text that `systemctl status` shows.
    package func status(_ line: String) {
        notify("STATUS=" + line.map { $0.isNewline ? " " : "\($0)" }.joined(), isRepeated: true)
    }

    /// Reports that the program is alive; call it more often than `watchdog`.
    package func works() { notify("WATCHDOG=1", isRepeated: true) }

    /// - Parameter isRepeated: whether the message is sent again soon, so that it may be dropped.
    private func notify(_ message: String, isRepeated: Bool = false) {
        let failure = state.withLock { state -> SystemError? in
            state.unsent.append(message)
            do throws(SystemError) {
                while let first = state.unsent.first {
                    try UnixSocket.send(Array(first.utf8), to: name, from: socket)
                    state.unsent.removeFirst()
                }
                return nil
            } catch {
                if isRepeated || state.unsent.count > Self.mostUnsent { state.unsent.removeLast() }
                return error.code == EAGAIN ? nil : error
            }
        }
        guard let failure else { return }
        log.warning("service manager unreachable", [.init(own: "error", failure)])
    }

    /// The time of CLOCK_MONOTONIC.
    private static var monotonicMicroseconds: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
