import Basics

/// A set of names: a short list for the few that a call has, a hash table for the many that a peer may send.
struct NameSet {
    private var few: [Bytes] = []
    private var many: Set<Bytes> = []

    /// Up to this many names are compared one by one, which is faster than a hash table.
    private static let shortList = 16

    var isEmpty: Bool { few.isEmpty }

    /// Adds a name; returns `false` when it is already in the set.
    mutating func insert(_ name: Bytes) -> Bool {
        guard !few.contains(name) else { return false }
        guard few.count == Self.shortList else {
            few.append(name)
            return true
        }
        return many.insert(name).inserted
    }
}
