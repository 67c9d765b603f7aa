/// How many keys of delivered records are kept: what fits into an eighth of the spool's limit, beside it.
///
/// Without room the oldest go first, a bounded number with each append, so that intake never waits for it.
struct KeyBudget: Sendable, Equatable {
    /// Bytes.
    let maxBytes: Int

    /// What one key takes on the disk: 28.6 bytes were measured, with the pages' unused parts.
    static let bytesPerKey = 32

    /// So many keys too many are waited for, since the pages that go are the same for one key and for a hundred.
    private static let slack = 512

    /// The most that one transaction forgets.
    private static let portion = 1024

    /// - Parameter spoolBytes: the limit of the spool.
    init(spoolBytes: Int) { maxBytes = max(0, spoolBytes) / 8 }

    /// How many keys fit.
    var limit: Int { maxBytes / Self.bytesPerKey }

    /// What keys take on the disk.
    static func bytes(of keys: Int) -> Int { max(0, keys) * bytesPerKey }

    /// How many of the oldest an append forgets that leaves so many; fewer than `slack` too many wait for the next one.
    func due(at keys: Int) -> Int { keys - limit < min(Self.slack, limit / 8) ? 0 : excess(at: keys) }

    /// How many of the oldest go at once, of those that are too many.
    func excess(at keys: Int) -> Int { min(Self.portion, max(0, keys - limit)) }
}
