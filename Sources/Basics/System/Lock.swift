package import Glibc

/// A value that one thread at a time may access.
///
/// It uses POSIX's mutex and not the one of `Synchronization`, at the same cost: under contention, that one
/// synchronises inside a library that the thread sanitizer does not see into, so that every use of it looks like a
/// race.
@safe
package struct Lock<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    package let mutex: UnsafeMutablePointer<pthread_mutex_t>
    package let value: UnsafeMutablePointer<Value>

    @inlinable
    package init(_ initial: consuming sending Value) {
        unsafe mutex = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe value = .allocate(capacity: 1)
        unsafe value.initialize(to: initial)
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
        unsafe value.deinitialize(count: 1)
        unsafe value.deallocate()
    }

    /// Runs `body` with the lock held; `body` must not wait and must not lock this again.
    @inlinable
    package borrowing func withLock<Result, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try unsafe body(&value.pointee)
    }
}

extension Lock where Value: Sendable {
    /// Replaces the value and returns the previous one.
    package borrowing func exchange(_ new: Value) -> Value {
        withLock { value in
            let old = value
            value = new
            return old
        }
    }
}
