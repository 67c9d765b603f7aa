/// Waits until the task is cancelled; then throws `CancellationError`.
///
/// For a service that works on threads of its own.
package func waitForCancellation() async throws {
    let (never, end) = AsyncStream.makeStream(of: Never.self)
    await withTaskCancellationHandler {
        for await _ in never {}
    } onCancel: {
        end.finish()
    }
    try Task.checkCancellation()
}
