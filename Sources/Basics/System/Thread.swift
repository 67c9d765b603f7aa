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
