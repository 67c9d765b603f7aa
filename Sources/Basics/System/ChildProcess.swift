private import CLinux
import Glibc

/// Another program that was started, without a shell; its output goes where this process's goes.
package struct ChildProcess: Sendable {
    /// How it ended.
    package enum End: Sendable, Equatable, CustomStringConvertible {
        case exited(Int32)
        case killed(by: Int32)
        /// It did not end in time and was killed.
        case timedOut

        package var description: String {
            switch self {
            case .exited(let status): "exit status \(status)"
            case .killed(let signal): "ended by signal \(signal)"
            case .timedOut: "not ended in time"
            }
        }
    }

    package let id: Int32

    /// Starts a program with the default action for each signal.
    ///
    /// - Parameters:
    ///   - words: the path of the program first.
    ///   - input: the open file that becomes its standard input.
    package init(_ words: [String], environment: [String: String], input: Int32) throws(SystemError) {
        let program = words.first ?? ""
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var process: pid_t = 0
        let code = unsafe CStrings.with(words) { arguments in
            unsafe CStrings.with(environment.map { "\($0)=\($1)" }) { environment in
                unsafe posix_spawn(&process, program, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw SystemError("start", program, code: code) }
        id = process
    }

    /// Waits for the end; kills the process when `limit` is over.
    ///
    /// Blocks. Call it once.
    package func end(within limit: Duration) -> End {
        let deadline = ContinuousClock.now + limit
        var pause: Duration = .milliseconds(1)
        while true {
            if let end = reap(WNOHANG) { return end }
            guard ContinuousClock.now < deadline else { break }
            Self.rest(pause)
            pause = min(pause * 2, .milliseconds(20))
        }
        kill(id, SIGKILL)
        while reap(0) == nil {}
        return .timedOut
    }

    /// The end of the process; `nil` while it runs.
    private func reap(_ options: Int32) -> End? {
        var status: Int32 = 0
        let result = unsafe waitpid(id, &status, options)
        if result < 0, errno == EINTR { return nil }
        // Someone else has taken the status, or ignores the signal of children: nothing is known of the end.
        if result < 0 { return .exited(-1) }
        return result == id ? End(status) : nil
    }
}

extension ChildProcess {
    /// Lets this process learn how a child of its child ends when the child dies before it
    /// (PR_SET_CHILD_SUBREAPER, Linux 3.4).
    ///
    /// For the rest of the process's life; `orphanSucceeded` then waits for such processes.
    package static func adoptOrphans() { _ = adopt_orphans() }

    /// Waits until one of the processes that a child left behind ends with status 0; `adoptOrphans` made them children of
    /// this one.
    ///
    /// Blocks. It takes the status of any child, so call it when no other child of this process runs.
    ///
    /// - Returns: false when there is none, none succeeded, or `limit` is over; those that run then go on.
    package static func orphanSucceeded(within limit: Duration) -> Bool {
        let deadline = ContinuousClock.now + limit
        var pause: Duration = .milliseconds(1)
        while true {
            var status: Int32 = 0
            let result = unsafe waitpid(-1, &status, WNOHANG)
            if result > 0, End(status) == .exited(0) { return true }
            if result > 0 || (result < 0 && errno == EINTR) { continue }
            guard result == 0, ContinuousClock.now < deadline else { return false }
            rest(pause)
            pause = min(pause * 2, .milliseconds(20))
        }
    }

    private static func rest(_ pause: Duration) {
        var time = timespec(tv_sec: 0, tv_nsec: Int(pause.components.attoseconds / 1_000_000_000))
        unsafe nanosleep(&time, nil)
    }
}

extension ChildProcess.End {
    /// - Parameter status: as waitpid(2) gives it.
    fileprivate init(_ status: Int32) {
        self = status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .killed(by: status & 0x7f)
    }
}

/// Replaces the program of this process.
package enum Execution {
    /// Runs another program in this process, without a shell; returns only when that fails.
    package static func replace(with words: [String]) -> SystemError {
        let program = words.first ?? ""
        _ = unsafe CStrings.with(words) { unsafe execv(program, $0) }
        return SystemError("start", program)
    }
}
