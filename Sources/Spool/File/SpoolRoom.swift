import SQLite

/// How much space the spool keeps for itself, so that it can record deliveries on a disk that other programs fill.
///
/// The log keeps its blocks: it is written from its start repeatedly, and never shrinks. The reserve is a table of
/// zeros in the database: once it is emptied, its pages are free for acknowledging, freezing and making dead letters.
struct SpoolRoom: Sendable, Equatable {
    /// The bytes of the write-ahead log: the pages that wait for a checkpoint, and one large transaction.
    let logBytes: Int
    /// The number of pages in the log at which a commit is followed by a checkpoint.
    let checkpointPages: Int
    /// The bytes of the reserve.
    let reserveBytes: Int

    /// The bytes of one row of the reserve.
    static let reserveRow = 256 << 10

    /// The bytes of a page in the log, with its header.
    private static let frame = SQLiteDatabase.pageSize + 24

    /// The pages of the largest transaction: a batch of 1 MiB becomes dead letters.
    private static let largestTransaction = 700

    /// Scales the figures down for small spools and small disks.
    ///
    /// - Parameter diskBytes: the size of the file system.
    init(maxBytes: Int, diskBytes: Int) {
        let scale = min(maxBytes, diskBytes / 2)
        checkpointPages = min(1000, max(100, scale / 64 / SQLiteDatabase.pageSize))
        logBytes = (checkpointPages + Self.largestTransaction) * Self.frame
        reserveBytes = min(4 << 20, max(Self.reserveRow, scale / 64)) / Self.reserveRow * Self.reserveRow
    }
}
