import Glibc

/// A thread that is an executor: an actor that uses it runs on this thread only, so it may block.
///
/// The thread ends when the worker is released and its queue is empty.
package final class Worker: SerialExecutor {
    private let queue = Condition(Queue())
    private let thread = Promise<ThreadID>()

    /// - Throws: when the system refuses a thread.
    package init(_ name: String) throws(SystemError) {
        let (queue, thread) = (queue, thread)
        try Thread.detach(name) {
            thread.fulfil(.current)
            while let (job, executor) = unsafe queue.wait(until: { unsafe $0.next() }) {
                unsafe job.runSynchronously(on: executor)
            }
        }
    }

    deinit { queue.change { $0.close() } }

    /// What the thread does now; `running` before it has started.
    package var activity: ThreadID.Activity { thread.fulfilled?.activity ?? .running }

    package func enqueue(_ job: consuming ExecutorJob) {
        let (job, executor) = unsafe (UnownedJob(job), asUnownedSerialExecutor())
        queue.change { unsafe $0.append(job, executor) }
    }

    /// The jobs that wait to run.
    @safe
    private struct Queue {
        private var jobs: [(UnownedJob, UnownedSerialExecutor)] = unsafe []
        private var isClosed = false

        mutating func append(_ job: UnownedJob, _ executor: UnownedSerialExecutor) {
            unsafe jobs.append((job, executor))
        }

        mutating func close() { isClosed = true }

        /// The next job, `.some(nil)` at the end, `nil` when none is there yet.
        mutating func next() -> (UnownedJob, UnownedSerialExecutor)?? {
            if unsafe !jobs.isEmpty { return unsafe .some(jobs.removeFirst()) }
            return unsafe isClosed ? .some(nil) : nil
        }
    }
}
