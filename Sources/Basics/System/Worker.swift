import Glibc

/// A thread that is an executor: an actor that names it as its executor runs there and nowhere else, so it may block.
///
/// The thread ends when the worker is released and its queue is empty.
package final class Worker: SerialExecutor {
    private let queue = Queue()
    private let thread = Promise<ThreadID>()

    /// - Throws: when the system refuses a thread.
    package init(_ name: String) throws(SystemError) {
        let (queue, thread) = (queue, thread)
        try Thread.detach(name) {
            thread.fulfil(.current)
            while let (job, executor) = unsafe queue.next() { unsafe job.runSynchronously(on: executor) }
        }
    }

    deinit { queue.close() }

    /// What the thread does at this moment; `running` before it has begun.
    package var activity: ThreadID.Activity { thread.fulfilled?.activity ?? .running }

    package func enqueue(_ job: consuming ExecutorJob) {
        unsafe queue.append(UnownedJob(job), asUnownedSerialExecutor())
    }

    /// Jobs that wait, under a lock with a condition; `Lock` has none.
    ///
    /// `@unchecked Sendable`: every access to the stored properties happens with `lock` held.
    @safe
    private final class Queue: @unchecked Sendable {
        private let lock: UnsafeMutablePointer<pthread_mutex_t>
        private let condition: UnsafeMutablePointer<pthread_cond_t>
        private var jobs: [(UnownedJob, UnownedSerialExecutor)] = unsafe []
        private var isClosed = false

        init() {
            unsafe lock = .allocate(capacity: 1)
            unsafe condition = .allocate(capacity: 1)
            unsafe pthread_mutex_init(lock, nil)
            unsafe pthread_cond_init(condition, nil)
        }

        deinit {
            unsafe pthread_mutex_destroy(lock)
            unsafe pthread_cond_destroy(condition)
            unsafe lock.deallocate()
            unsafe condition.deallocate()
        }

        func append(_ job: UnownedJob, _ executor: UnownedSerialExecutor) {
            unsafe pthread_mutex_lock(lock)
            unsafe jobs.append((job, executor))
            unsafe pthread_cond_signal(condition)
            unsafe pthread_mutex_unlock(lock)
        }

        func next() -> (UnownedJob, UnownedSerialExecutor)? {
            unsafe pthread_mutex_lock(lock)
            defer { unsafe pthread_mutex_unlock(lock) }
            while unsafe jobs.isEmpty && !isClosed { unsafe pthread_cond_wait(condition, lock) }
            return unsafe jobs.isEmpty ? nil : jobs.removeFirst()
        }

        func close() {
            unsafe pthread_mutex_lock(lock)
            isClosed = true
            unsafe pthread_cond_signal(condition)
            unsafe pthread_mutex_unlock(lock)
        }
    }
}
