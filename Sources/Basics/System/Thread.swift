private import CLinux
private import COpenSSL
import Glibc

/// Dedicated threads for work that blocks: the cooperative pool has one thread per core and must not block.
package enum Thread {
    /// Runs `body` on a new thread and returns its result; cancelling the task does not end `body`.
    ///
    /// - Parameter name: shown by `top -H`; at most 15 bytes count.
    /// - Throws: when the system refuses a thread; then `body` did not run.
    package static func run<Result: Sendable>(
        _ name: String,
        _ body: @escaping @Sendable () -> Result
    ) async throws(SystemError) -> Result {
        let promise = Promise<Result>()
        try detach(name) {
            let result = body()
            releaseLibraryState()
            promise.fulfil(result)
        }
        return await promise.value
    }

    /// Frees what OpenSSL keeps for the current thread: call it at a thread's end, before the thread reports its end.
    ///
    /// OpenSSL otherwise does this later, while the thread ends, and then races with its own cleanup when the process
    /// exits (OPENSSL_thread_stop(3)).
    package static func releaseLibraryState() { OPENSSL_thread_stop() }

    /// Like `run`, but runs `body` on the current thread when the system refuses a new one; for short work that must be
    /// done.
    package static func runAnyway<Result: Sendable>(
        _ name: String,
        _ body: @escaping @Sendable () -> Result
    ) async -> Result {
        do throws(SystemError) { return try await run(name, body) } catch { return body() }
    }

    /// Checks that the system allows `count` threads at once, with stacks of the default size.
    ///
    /// The cooperative pool waits silently for threads that it does not get, so check this before the pool starts.
    ///
    /// - Throws: the system's refusal.
    package static func require(_ count: Int) throws(SystemError) {
        let gate = Condition(false)
        var ends: [Condition<Bool>] = []
        var problem: SystemError?
        while ends.count < count, problem == nil {
            let end = Condition(false)
            do throws(SystemError) {
                try detach("probe", stackBytes: nil) {
                    gate.wait { $0 ? () : nil }
                    end.change { $0 = true }
                }
                ends.append(end)
            } catch {
                problem = error
            }
        }
        gate.change { $0 = true }
        for end in ends { end.wait { $0 ? () : nil } }
        if let problem { throw problem }
    }

    /// Runs async code for a thread outside of the cooperative pool, such as a C library's, and returns its result.
    ///
    /// Blocks until `body` returns; never call it on the cooperative pool.
    package static func waiting<Result: Sendable>(_ body: @escaping @Sendable () async -> Result) -> Result {
        let result = Condition<Result?>(nil)
        Task {
            let value = await body()
            result.change { $0 = value }
        }
        return result.wait { $0 }
    }

    /// Starts a detached thread.
    ///
    /// - Parameter stackBytes: the stack's address space; `nil` means the system's default, usually 8 MiB.
    /// - Throws: when the system refuses it; then `body` did not run.
    package static func detach(
        _ name: String,
        stackBytes: Int? = 1 << 20,
        _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        if let stackBytes { unsafe pthread_attr_setstacksize(&attributes, stackBytes) }
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            &attributes,
            { context in
                guard let context = unsafe context else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
                unsafe pthread_setname_np(pthread_self(), String(start.name.prefix(15)))
                start.body()
                return nil
            },
            start.toOpaque()
        )
        unsafe pthread_attr_destroy(&attributes)
        guard code != 0 else { return }
        unsafe start.release()
        throw SystemError("pthread_create", "\(name) (raise ulimit -u or -v, TasksMax= or pids.max)", code: code)
    }

    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}
