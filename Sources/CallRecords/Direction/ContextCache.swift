import Basics

/// A cache of the classes of contexts, each valid for a fixed time.
///
/// A table of fixed size in which each name has two possible places. When both are taken, the new name replaces the
/// entry that expires first. So the cache needs no upkeep, and no sequence of names makes it grow.
struct ContextCache: Sendable {
    private struct Entry {
        let hash: Int
        let name: [UInt8]
        let classes: ContextClasses
        let end: ContinuousClock.Instant
    }

    /// The number of places, a power of two; a large PBX has a few hundred contexts.
    static let size = 1024
    /// Longer names are not cached; Asterisk cuts the contexts of CDRs at 79 bytes.
    static let longestName = 128

    private let lifetime: Duration
    private var entries: [Entry?]

    init(lifetime: Duration) {
        self.lifetime = lifetime
        entries = Array(repeating: nil, count: Self.size)
    }

    /// The number of names in the cache, expired ones included.
    var count: Int { entries.count { $0 != nil } }

    /// The cached classes of `name`; calls `compute` and caches its result when there are none.
    mutating func classes(
        of name: Bytes,
        at now: ContinuousClock.Instant,
        compute: (Bytes) -> ContextClasses
    ) -> ContextClasses {
        guard name.count <= Self.longestName else { return compute(name) }
        let hash = name.stableHash
        let place = hash & (Self.size - 1)
        if let classes = kept(at: place, name, hash, now) ?? kept(at: place ^ 1, name, hash, now) { return classes }
        let classes = compute(name)
        entries[replaceable(place, name)] = Entry(hash: hash, name: Array(name), classes: classes, end: now + lifetime)
        return classes
    }

    private func kept(at place: Int, _ name: Bytes, _ hash: Int, _ now: ContinuousClock.Instant) -> ContextClasses? {
        guard let entry = entries[place], entry.hash == hash, entry.end > now, entry.name[...] == name else {
            return nil
        }
        return entry.classes
    }

    /// The place to write: the one that holds `name`, else a free one, else the one that expires first.
    private func replaceable(_ place: Int, _ name: Bytes) -> Int {
        let other = place ^ 1
        guard let first = entries[place], first.name[...] != name else { return place }
        guard let second = entries[other], second.name[...] != name else { return other }
        return second.end < first.end ? other : place
    }
}
