/// The number that all records of one call share: larger for a call that began later, so that it shows which records
/// belong to calls that began after a moment.
package enum CallKey {
    /// Enough bits to distinguish calls that began in the same second.
    private static let hashBits = 29

    /// - Parameters:
    ///   - start: seconds since 1970, from the linkedid; `nil` when it has none.
    ///   - hash: a hash of the linkedid.
    package static func make(start: Int?, hash: Int) -> Int {
        let start = max(0, min(start ?? 0, 1 << 33))
        return start << hashBits | hash & (1 << hashBits - 1)
    }

    /// When the call began, in seconds since 1970; 0 when unknown.
    package static func start(of call: Int) -> Int { call >> hashBits }

    /// The smallest number of a call that began later than `start`.
    static func first(after start: Int) -> Int { (start + 1) << hashBits }
}
