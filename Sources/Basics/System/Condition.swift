import Glibc

/// A value that one thread at a time may touch, and that threads wait for to change.
///
/// `@unchecked Sendable`: the condition is made once and used by POSIX's own rules; the value lies under a lock.
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

    /// Changes the value, and lets each thread that waits look at it.
    package func change(_ body: (inout Value) -> Void) {
        lock.withLock { value in
            body(&value)
            unsafe pthread_cond_broadcast(condition)
        }
    }

    /// Waits until `body` answers something, and gives that; it looks now and after each change.
    ///
    /// Blocks; never for the cooperative pool.
    package func wait<Answer: Sendable>(until body: (inout Value) -> Answer?) -> Answer {
        lock.withLock { value in
            while true {
                if let answer = body(&value) { return answer }
                unsafe pthread_cond_wait(condition, lock.mutex)
            }
        }
    }
}
