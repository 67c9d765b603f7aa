/// Repeats calls that the disk may refuse for a while, each second until they succeed or the task is cancelled.
package struct SpoolRetry: Sendable {
    private static let pause = Duration.seconds(1)

    private let didFail: @Sendable (SpoolError) -> Void

    /// - Parameter didFail: counts and logs each failure.
    package init(didFail: @escaping @Sendable (SpoolError) -> Void) { self.didFail = didFail }

    /// Returns the result of `body` once it succeeds; `nil` when an attempt fails and the task is cancelled, which is
    /// after one attempt at the earliest.
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

    /// Reports a failure and waits until the next attempt is due; does not wait once the task is cancelled.
    package func pause(after error: SpoolError) async {
        didFail(error)
        try? await Task.sleep(for: Self.pause)
    }
}
