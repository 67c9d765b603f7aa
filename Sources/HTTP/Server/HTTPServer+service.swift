import Basics

extension HTTPServer {
    /// Answers until the task is cancelled, then stops as `stop(grace:)` does; the body of a service with a port.
    ///
    /// - Throws: `CancellationError`.
    package func serve(grace: Duration = .seconds(2)) async throws {
        do {
            try await waitForCancellation()
        } catch {
            await Thread.runAnyway("http-stop") { [self] in stop(grace: grace) }
            throw error
        }
    }
}
