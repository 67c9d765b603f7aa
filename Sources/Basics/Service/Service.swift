/// A part of the program that works only inside its `run()` and stops when the task is cancelled.
package protocol Service: Sendable {
    /// Its name in messages.
    var name: String { get }

    /// Works until its task is cancelled; returning earlier counts as a failure.
    func run() async throws
}

/// A service returned although it was not cancelled.
package struct ServiceStopped: Error, CustomStringConvertible {
    package let name: String

    package var description: String { "the service '\(name)' stopped by itself; please report this with the log" }
}

/// Runs `services`, in the order of dependence, until `untilStopped` returns; then stops them in reverse order, one at
/// a time.
///
/// The first service that fails stops all of them, and its error is thrown.
package func run(
    _ services: some Collection<any Service> & Sendable,
    untilStopped: @escaping @Sendable () async throws -> Void
) async throws {
    let services = Array(services)
    guard let first = services.first else { return try await untilStopped() }
    try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
            do { try await first.run() } catch is CancellationError {}
            return true
        }
        group.addTask {
            try await Basics.run(services.dropFirst(), untilStopped: untilStopped)
            return false
        }
        guard let firstEnded = try await group.next() else { return }
        group.cancelAll()
        if firstEnded && !Task.isCancelled { throw ServiceStopped(name: first.name) }
        try await group.waitForAll()
    }
}
