import Glibc

/// A value that one thread at a time may access, and whose changes threads can wait for.
///
/// `@unchecked Sendable`: the condition variable is made once and used by POSIX's rules; a lock protects the value.
@safe
package final class Condition<Value: Sendable>: @unchecked Sendable {
    private let lock: Lock<Value>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    package init(_ initial: Value) {
        lock = Lock(initial)
        unsafe condition = .allocate(capacity: 1)
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe condition.deallocate()
    }

    /// Changes the value and wakes all threads that wait, so that each checks it again.
    package func change(_ body: (inout Value) -> Void) {
        lock.withLock { value in
            body(&value)
            unsafe pthread_cond_broadcast(condition)
        }
    }

    /// Waits until `body` returns a value, and returns that; `body` is called now and after each change.
    ///
    /// Blocks; never call it on the cooperative pool.
    package func wait<Answer: Sendable>(until body: (inout Value) -> Answer?) -> Answer {
        lock.withLock { value in
            while true {
                if let answer = body(&value) { return answer }
                unsafe pthread_cond_wait(condition, lock.mutex)
            }
        }
    }
}
