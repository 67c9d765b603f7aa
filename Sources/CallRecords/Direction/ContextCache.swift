import Basics

/// What contexts were found to be for, kept for a time.
///
/// A table of fixed size in which each name has two places; a name that finds both taken replaces the one that ends
/// first. So it needs no upkeep, and no sequence of names makes it grow.
struct ContextCache: Sendable {
    private struct Entry {
        let hash: Int
        let name: [UInt8]
        let classes: ContextClasses
        let end: ContinuousClock.Instant
    }

    /// A power of two; a large PBX has some hundred contexts.
    static let size = 1024
    /// Asterisk cuts the contexts of CDRs at 79 bytes.
    static let longestName = 128

    private let lifetime: Duration
    private var entries: [Entry?]

    init(lifetime: Duration) {
        self.lifetime = lifetime
        entries = Array(repeating: nil, count: Self.size)
    }

    /// How many names are in it, those whose time is over included.
    var count: Int { entries.count { $0 != nil } }

    /// What is kept for `name`, else what `compute` gives, which is then kept.
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

    /// The place that `name` has already, else one that is free, else the one that ends first.
    private func replaceable(_ place: Int, _ name: Bytes) -> Int {
        let other = place ^ 1
        guard let first = entries[place], first.name[...] != name else { return place }
        guard let second = entries[other], second.name[...] != name else { return other }
        return second.end < first.end ? other : place
    }
}
