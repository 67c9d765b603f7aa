/// How many keys of delivered records are kept: as many as fit into an eighth of the spool's limit, in addition to it.
///
/// When there is no room, the oldest are deleted first, a bounded number with each append, so that intake never waits
/// for it.
struct KeyBudget: Sendable, Equatable {
    /// The most bytes of keys.
    let maxBytes: Int

    /// The bytes of one key on the disk: 28.6 were measured, including the unused parts of pages.
    static let bytesPerKey = 32

    /// How many excess keys there must be before any are deleted, since one key touches as many pages as a hundred.
    private static let slack = 512

    /// The most keys that one transaction deletes.
    private static let portion = 1024

    /// - Parameter spoolBytes: the limit of the spool, in bytes.
    init(spoolBytes: Int) { maxBytes = max(0, spoolBytes) / 8 }

    /// The number of keys that fit.
    var limit: Int { maxBytes / Self.bytesPerKey }

    /// The bytes that this number of keys takes on the disk.
    static func bytes(of keys: Int) -> Int { max(0, keys) * bytesPerKey }

    /// How many of the oldest keys an append deletes when there are `keys`; fewer than `slack` excess keys are left for
    /// later.
    func due(at keys: Int) -> Int { keys - limit < min(Self.slack, limit / 8) ? 0 : excess(at: keys) }

    /// How many of the oldest excess keys are deleted at once.
    func excess(at keys: Int) -> Int { min(Self.portion, max(0, keys - limit)) }
}
