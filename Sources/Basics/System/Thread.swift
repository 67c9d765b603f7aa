private import CLinux
import Glibc

/// Threads of our own, for work that blocks: the cooperative pool has one thread a core and must not wait.
package enum Thread {
    /// Runs `body` on a new thread and returns what it returned; cancelling the task does not end `body`.
    ///
    /// - Parameter name: shown by `top -H`; at most 15 bytes count.
    package static func run<Result: Sendable>(_ name: String, _ body: @escaping @Sendable () -> Result) async -> Result
    {
        let promise = Promise<Result>()
        detach(name) { promise.fulfil(body()) }
        return await promise.value
    }

    /// What `body` returns, waited for by a thread of our own that is no task: a C library's, for one.
    ///
    /// Blocks as long as `body` works; never for the cooperative pool.
    package static func waiting<Result: Sendable>(_ body: @escaping @Sendable () async -> Result) -> Result {
        let waiter = Waiter<Result>()
        Task { waiter.fulfil(await body()) }
        return waiter.value
    }

    /// A value that a task gives and a thread waits for.
    ///
    /// `@unchecked Sendable`: every access to `result` happens with `lock` held.
    @safe
    private final class Waiter<Result: Sendable>: @unchecked Sendable {
        private let lock: UnsafeMutablePointer<pthread_mutex_t>
        private let condition: UnsafeMutablePointer<pthread_cond_t>
        private var result: Result?

        init() {
            unsafe lock = .allocate(capacity: 1)
            unsafe condition = .allocate(capacity: 1)
            unsafe pthread_mutex_init(lock, nil)
            unsafe pthread_cond_init(condition, nil)
        }

        deinit {
            unsafe pthread_cond_destroy(condition)
            unsafe pthread_mutex_destroy(lock)
            unsafe condition.deallocate()
            unsafe lock.deallocate()
        }

        func fulfil(_ value: Result) {
            unsafe pthread_mutex_lock(lock)
            result = value
            unsafe pthread_cond_signal(condition)
            unsafe pthread_mutex_unlock(lock)
        }

        var value: Result {
            unsafe pthread_mutex_lock(lock)
            defer { unsafe pthread_mutex_unlock(lock) }
            while true {
                if let result { return result }
                unsafe pthread_cond_wait(condition, lock)
            }
        }
    }

    /// Starts a thread that nobody waits for.
    package static func detach(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        unsafe pthread_attr_setstacksize(&attributes, 1 << 20)
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
        precondition(code == 0, "the system refuses a thread (\(code)): raise the limit on processes")
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
