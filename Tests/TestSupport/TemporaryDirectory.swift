import Basics

/// A directory of its own for a test, removed with all it holds when the last reference goes.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() {
        do { path = try Directory.makeTemporary() } catch { preconditionFailure("\(error)") }
    }

    deinit { Directory.remove(path) }

    /// The path of `name` inside.
    package func file(_ name: String) -> String { "\(path)/\(name)" }
}
