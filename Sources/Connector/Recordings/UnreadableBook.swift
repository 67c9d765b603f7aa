package import Recordings

/// Remembers what was complained about, so that each file that cannot be read is in the log once and not at each look.
package struct UnreadableBook: Sendable {
    private var known: Set<[UInt8]> = []

    package init() {}

    /// The failures that are new; one that is not in `failures` any more is new when it comes again.
    package mutating func new(of failures: [Unreadable]) -> [Unreadable] {
        defer { known = Set(failures.map(\.path)) }
        return failures.filter { !known.contains($0.path) }
    }
}
