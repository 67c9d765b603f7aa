import Basics
import Glibc

/// A child process and the thread that reads what it writes; what `Subprocess` is made of.
final class RunningProcess: Sendable {
    struct Content {
        var lines: [Subprocess.Line] = []
        /// Set when the process has ended and both streams are at their end.
        var status: Subprocess.ExitStatus?
        fileprivate var waiting: [CheckedContinuation<Void, Never>] = []
        fileprivate var isReaped = false
    }

    let id: pid_t
    private let content = Lock(Content())

    init(_ arguments: [String], _ environment: [String: String], input: String) throws(SystemError) {
        let output = try Pipe()
        let errors = try Pipe()
        let streams = (input: input, output: output.writer.number, errors: errors.writer.number)
        id = try Self.spawn(arguments, environment, streams)
        let readers = [(Subprocess.Stream.output, output.reader), (.errors, errors.reader)]
        try Thread.detach("subprocess") { [self] in follow(readers) }
    }

    var lines: [Subprocess.Line] {
        // In memory of their own: the thread sanitizer does not see how arrays share theirs.
        content.withLock { $0.lines.map { $0 } }
    }

    /// Sends a signal while the process identifier is still this process's.
    func send(_ signal: Int32) {
        content.withLock { if !$0.isReaped { kill(id, signal) } }
    }

    /// Waits until `look` finds something; `nil` when time was up or the task was cancelled.
    func wait<Found: Sendable>(
        until deadline: ContinuousClock.Instant,
        _ look: (Content) -> Found?
    ) async -> Found? {
        let timer = Task {
            try? await Task.sleep(until: deadline, clock: .continuous)
            self.wakeAll()
        }
        defer { timer.cancel() }
        while true {
            var count = -1
            let found = content.withLock { content in
                count = content.lines.count
                return look(content)
            }
            if found != nil || Task.isCancelled || ContinuousClock.now >= deadline { return found }
            await change(since: count, until: deadline)
        }
    }

    /// Waits until there are more lines than `count`, the process has ended, or somebody wakes all.
    private func change(since count: Int, until deadline: ContinuousClock.Instant) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = content.withLock { content in
                    let isOver = ContinuousClock.now >= deadline || Task.isCancelled || content.status != nil
                    guard !isOver, content.lines.count == count else { return true }
                    content.waiting.append(continuation)
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            wakeAll()
        }
    }

    private func wakeAll() {
        let waiting = content.withLock { content in
            defer { content.waiting = [] }
            return content.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    private func follow(_ readers: [(stream: Subprocess.Stream, descriptor: SharedDescriptor)]) {
        var open = readers.map { (stream: $0.stream, descriptor: $0.descriptor, rest: [UInt8]()) }
        var buffer = [UInt8](repeating: 0, count: 65536)
        while !open.isEmpty {
            var requests = open.map { pollfd(fd: $0.descriptor.number, events: Int16(POLLIN), revents: 0) }
            _ = unsafe poll(&requests, nfds_t(requests.count), -1)
            for index in open.indices.reversed() where requests[index].revents != 0 {
                let count = unsafe read(open[index].descriptor.number, &buffer, buffer.count)
                if count < 0 && errno == EINTR { continue }
                var bytes = open[index].rest + buffer.prefix(max(0, count))
                if count <= 0, !bytes.isEmpty { bytes.append(ASCII.newline) }
                var lines = bytes.split(separator: ASCII.newline, omittingEmptySubsequences: false)
                open[index].rest = Array(lines.removeLast())
                append(lines.map { Subprocess.Line(stream: open[index].stream, text: $0.text) })
                if count <= 0 { open.remove(at: index) }
            }
        }
        reap()
    }

    private func append(_ lines: [Subprocess.Line]) {
        guard !lines.isEmpty else { return }
        content.withLock { $0.lines += lines }
        wakeAll()
    }

    /// Waits for the end first, and takes the status only under the lock: until then no signal can hit a stranger.
    private func reap() {
        var information = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) < 0, errno == EINTR { continue }
        content.withLock { content in
            var status: Int32 = 0
            _ = unsafe waitpid(id, &status, 0)
            content.isReaped = true
            content.status = status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .killed(by: status & 0x7f)
        }
        wakeAll()
    }
}

extension RunningProcess {
    /// A descriptor that several may hold; closed when the last lets go.
    private final class SharedDescriptor: Sendable {
        private let descriptor: FileDescriptor
        var number: Int32 { descriptor.number }

        init(_ number: Int32) { descriptor = FileDescriptor(number) }
    }

    /// Both ends close when this process executes another: sockets, since a pipe cannot be had so from Glibc's module.
    private struct Pipe {
        let reader: SharedDescriptor
        let writer: SharedDescriptor

        init() throws(SystemError) {
            var ends: [Int32] = [-1, -1]
            let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
            guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else {
                throw SystemError("socketpair", "for a subprocess")
            }
            reader = SharedDescriptor(ends[0])
            writer = SharedDescriptor(ends[1])
        }
    }

    private static func spawn(
        _ arguments: [String],
        _ environment: [String: String],
        _ streams: (input: String, output: Int32, errors: Int32)
    ) throws(SystemError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, streams.input, O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, streams.output, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, streams.errors, 2)

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var variables = environment
        if variables["PATH"] == nil, let path = unsafe getenv("PATH") {
            variables["PATH"] = unsafe String(cString: path)
        }
        var process: pid_t = 0
        let program = arguments.first ?? ""
        let code = unsafe CStrings.with(arguments) { arguments in
            unsafe CStrings.with(variables.map { "\($0)=\($1)" }) { environment in
                unsafe posix_spawnp(&process, program, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw SystemError("start", program, code: code) }
        return process
    }
}
