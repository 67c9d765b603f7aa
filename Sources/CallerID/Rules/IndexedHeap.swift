/// A binary heap of which any member can be removed: the least key first, of equal keys the lowest id.
///
/// Members are small integers; where each one is in the heap is kept in an array of the caller, by member, so that one
/// array serves several heaps of which a member is in one at most. -1 means in none.
struct IndexedHeap: Sendable {
    struct Entry: Sendable, Equatable {
        let key: Int64
        let id: Int64
        let member: Int32

        func isBefore(_ other: Entry) -> Bool { key != other.key ? key < other.key : id < other.id }
    }

    private(set) var entries: [Entry] = []

    var count: Int { entries.count }

    var first: Entry? { entries.first }

    /// The first entry that fits; takes as long as the entries before it and the branches beside them are many.
    func first(where fits: (Entry) -> Bool) -> Entry? {
        var front = entries.isEmpty ? [] : [0]
        // A few steps from the top down; where few entries fit, looking at all is cheaper.
        for _ in 0..<Self.steps {
            guard let next = front.indices.min(by: { entries[front[$0]].isBefore(entries[front[$1]]) }) else {
                return nil
            }
            let index = front.remove(at: next)
            if fits(entries[index]) { return entries[index] }
            front += [index * 2 + 1, index * 2 + 2].filter { $0 < entries.count }
        }
        return entries.lazy.filter(fits).min { $0.isBefore($1) }
    }

    private static let steps = 64

    mutating func insert(_ entry: Entry, _ positions: inout [Int32]) {
        entries.append(entry)
        moveUp(entry, from: entries.count - 1, &positions)
    }

    /// Removes a member that is in this heap.
    mutating func remove(_ member: Int32, _ positions: inout [Int32]) {
        let index = Int(positions[Int(member)])
        positions[Int(member)] = -1
        let last = entries.removeLast()
        guard index < entries.count else { return }
        if index > 0, last.isBefore(entries[(index - 1) / 2]) {
            moveUp(last, from: index, &positions)
        } else {
            moveDown(last, from: index, &positions)
        }
    }

    private mutating func moveUp(_ entry: Entry, from start: Int, _ positions: inout [Int32]) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard entry.isBefore(entries[parent]) else { break }
            place(entries[parent], at: index, &positions)
            index = parent
        }
        place(entry, at: index, &positions)
    }

    private mutating func moveDown(_ entry: Entry, from start: Int, _ positions: inout [Int32]) {
        var index = start
        while true {
            var child = index * 2 + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1].isBefore(entries[child]) { child += 1 }
            guard entries[child].isBefore(entry) else { break }
            place(entries[child], at: index, &positions)
            index = child
        }
        place(entry, at: index, &positions)
    }

    private mutating func place(_ entry: Entry, at index: Int, _ positions: inout [Int32]) {
        entries[index] = entry
        positions[Int(entry.member)] = Int32(truncatingIfNeeded: index)
    }
}
