/// Remembers what was complained about, so that each file that cannot be read or is too large is in the log once and not
/// at each look.
package struct UnreadableBook: Sendable {
    private var known: Set<[UInt8]> = []
    private var large: Set<[UInt8]> = []

    package init() {}

    /// The failures that are new; one that is not in `failures` any more is new when it comes again.
    package mutating func new(of failures: [Unreadable]) -> [Unreadable] {
        defer { known = Set(failures.map(\.path)) }
        return failures.filter { !known.contains($0.path) }
    }

    /// The files too large that are new; one that is not in `paths` any more is new when it comes again.
    package mutating func new(tooLarge paths: [[UInt8]]) -> [[UInt8]] {
        defer { large = Set(paths) }
        return paths.filter { !large.contains($0) }
    }
}
