import SQLite

/// How much room the spool keeps for itself, so that deliveries can be noted on a disk that others fill.
///
/// The log keeps its blocks: it is written from its start again and again, and never gets smaller. The reserve is a table
/// of zeros in the database: emptied, its pages are free for whatever acknowledges, freezes and makes dead letters.
struct SpoolRoom: Sendable, Equatable {
    /// Bytes of the write-ahead log: what waits for a checkpoint, and one large transaction.
    let logBytes: Int
    /// A checkpoint follows the commit that makes so many pages.
    let checkpointPages: Int
    /// Bytes of the reserve.
    let reserveBytes: Int

    /// One row of the reserve.
    static let reserveRow = 256 << 10

    /// A page in the log, with its header.
    private static let frame = SQLiteDatabase.pageSize + 24

    /// Pages of the largest transaction: a batch of 1 MiB becomes dead letters.
    private static let largestTransaction = 700

    /// Small spools and small disks get little.
    ///
    /// - Parameter diskBytes: the size of the file system.
    init(maxBytes: Int, diskBytes: Int) {
        let scale = min(maxBytes, diskBytes / 2)
        checkpointPages = min(1000, max(100, scale / 64 / SQLiteDatabase.pageSize))
        logBytes = (checkpointPages + Self.largestTransaction) * Self.frame
        reserveBytes = min(4 << 20, max(Self.reserveRow, scale / 64)) / Self.reserveRow * Self.reserveRow
    }
}
