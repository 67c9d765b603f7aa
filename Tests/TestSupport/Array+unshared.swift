extension Array {
    /// A copy with memory of its own, to be made with the lock held that guards the array.
    ///
    /// An array that was only copied by value shares its memory for a while. The thread that appends next sees that by the
    /// count of references, which the thread sanitizer does not: it reports a race.
    package var unshared: [Element] { map { $0 } }
}
