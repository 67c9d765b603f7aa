/// Repeats what the disk may refuse for a while, each second until it works or the task is cancelled.
package struct SpoolRetry: Sendable {
    private static let pause = Duration.seconds(1)

    private let didFail: @Sendable (SpoolError) -> Void

    /// - Parameter didFail: counts and logs each failure.
    package init(didFail: @escaping @Sendable (SpoolError) -> Void) { self.didFail = didFail }

    /// What `body` gives once it works; `nil` when the task is cancelled and an attempt, at least the first one, failed.
    package func run<Result: Sendable>(_ body: () async throws(SpoolError) -> Result) async -> Result? {
        while true {
            do throws(SpoolError) {
                return try await body()
            } catch {
                await pause(after: error)
                if Task.isCancelled { return nil }
            }
        }
    }

    /// Reports a failure, and waits for as long as one does before the next attempt; not once the task is cancelled.
    package func pause(after error: SpoolError) async {
        didFail(error)
        try? await Task.sleep(for: Self.pause)
    }
}
