import Basics

/// Names that were seen: a short list for the few that a call has, a table for as many as a peer may send.
struct NameSet {
    private var few: [Bytes] = []
    private var many: Set<Bytes> = []

    /// So many are compared one by one, which is faster than a table.
    private static let shortList = 16

    var isEmpty: Bool { few.isEmpty }

    /// Adds a name; `false` when it is there already.
    mutating func insert(_ name: Bytes) -> Bool {
        guard !few.contains(name) else { return false }
        guard few.count == Self.shortList else {
            few.append(name)
            return true
        }
        return many.insert(name).inserted
    }
}
