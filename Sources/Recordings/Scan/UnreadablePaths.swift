/// Remembers which files were logged, so that each unreadable or too large one is logged once and not in each scan.
package struct UnreadablePaths: Sendable {
    private var known: Set<[UInt8]> = []
    private var large: Set<[UInt8]> = []

    package init() {}

    /// The failures that are new; one that disappears and returns is new again.
    package mutating func new(of failures: [Unreadable]) -> [Unreadable] {
        defer { known = Set(failures.map(\.path)) }
        return failures.filter { !known.contains($0.path) }
    }

    /// The files that are newly too large; one that disappears and returns is new again.
    package mutating func new(tooLarge paths: [[UInt8]]) -> [[UInt8]] {
        defer { large = Set(paths) }
        return paths.filter { !large.contains($0) }
    }
}
