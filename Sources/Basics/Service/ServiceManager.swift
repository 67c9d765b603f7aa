import Glibc

/// The service manager that started this process, and what it is told: sd_notify(3) without libsystemd.
///
/// Nothing here waits. What must arrive and finds no room is sent with the next message.
package final class ServiceManager: Sendable {
    private enum Phase {
        case starting
        case ready
        case stopping
    }

    private struct State {
        var phase = Phase.starting
        /// Messages that found no room.
        var unsent: [String] = []
    }

    /// How often it wants to hear that the program works; `nil` when it does not watch.
    package let watchdog: Duration?

    private static let mostUnsent = 16

    private let name: String
    private let socket: FileDescriptor
    private let log: Logger
    private let state = Lock(State())

    /// The one that the environment names; `nil` without `NOTIFY_SOCKET`: nobody wants to know.
    ///
    /// - Parameter process: the one that `WATCHDOG_PID` has to name, if it is there.
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

    /// The program does its work.
    package func ready() {
        state.withLock { if $0.phase == .starting { $0.phase = .ready } }
        tell("READY=1")
    }

    /// The program ends its work in order.
    package func stopping() {
        state.withLock { $0.phase = .stopping }
        tell("STOPPING=1")
    }

    /// Reads its configuration again in `body`; before `ready` and after `stopping` nobody is told.
    package func reloading(_ body: () -> Void) {
        let isReady = state.withLock { $0.phase == .ready }
        if isReady { tell("RELOADING=1\nMONOTONIC_USEC=\(Self.monotonicMicroseconds)") }
        body()
        if isReady { tell("READY=1") }
    }

    /// One line for people, shown by `systemctl status`.
    package func status(_ line: String) {
        tell("STATUS=" + line.map { $0.isNewline ? " " : "\($0)" }.joined(), isRepeated: true)
    }

    /// The program works: to be said more often than `watchdog`.
    package func works() { tell("WATCHDOG=1", isRepeated: true) }

    /// - Parameter isRepeated: it is said again soon, so it may be dropped.
    private func tell(_ message: String, isRepeated: Bool = false) {
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

    /// What CLOCK_MONOTONIC says.
    private static var monotonicMicroseconds: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
