import Glibc
import Testing

/// Waits until `condition` holds; what it looks at is in another process, which tells nobody when it changes.
///
/// - Throws: `NeverHappened` when it does not hold in time.
func eventually(
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
struct NeverHappened: Error, CustomStringConvertible {
    let description: String
}

func environmentVariable(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }
