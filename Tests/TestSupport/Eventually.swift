/// Waits until `condition` holds; what it looks at is in another process, which tells nobody when it changes.
///
/// - Throws: `NeverHappened` when it does not hold in time.
package func eventually(
    _ what: @autoclosure () -> String,
    within limit: Duration = .seconds(120),
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw NeverHappened(description: "not in \(limit): \(what())") }
        try await Task.sleep(for: .milliseconds(100))
    }
}

/// Something that was waited for in vain.
package struct NeverHappened: Error, CustomStringConvertible {
    package let description: String
}
