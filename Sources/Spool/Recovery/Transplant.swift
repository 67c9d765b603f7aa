import Basics
import Glibc
import SQLite

/// Makes a copy of a database that SQLite can open, of one whose first page is damaged or that was cut short.
///
/// The first page holds the header and where the tables begin (sqlite.org/fileformat2.html). A spool's tables are always
/// made in the same order, so that of a new spool fits. The size in the header counts only where two of its numbers
/// agree; they are made to differ, and the size of the file counts.
enum Transplant {
    private static let pageCount = 28..<32
    private static let freeList = 32..<40
    private static let validFor = 92..<96
    /// From the counter of changes to the one that has to be like it.
    private static let changeCounterDistance = 68

    enum FirstPage {
        /// The one that is there, but for the size of the file and the list of free pages.
        case mended
        /// That of a new spool.
        case fresh
    }

    /// - Parameters:
    ///   - path: the damaged database; it stays as it is.
    ///   - copy: where the copy goes, with that of the write-ahead log if there is one.
    ///   - new: a new spool.
    static func copy(
        _ path: String,
        to copy: String,
        _ firstPage: FirstPage,
        of new: String
    ) throws(SystemError) {
        try FileContents.copy(path, to: copy, mode: 0o600)
        var page = try FileContents.read(firstPage == .fresh ? new : path, first: SQLiteDatabase.pageSize)
        page.append(contentsOf: zeros(page.count..<SQLiteDatabase.pageSize))
        page.replaceSubrange(freeList, with: zeros(freeList))
        page.replaceSubrange(pageCount, with: zeros(pageCount))
        for index in validFor { page[index] = ~page[index - changeCounterDistance] }
        try FileContents.overwrite(copy, at: 0, with: page)
        let log = SQLiteDatabase.logSuffix
        guard unsafe access(path + log, F_OK) == 0 else { return }
        try FileContents.copy(path + log, to: copy + log, mode: 0o600)
    }

    private static func zeros(_ range: Range<Int>) -> [UInt8] { [UInt8](repeating: 0, count: range.count) }
}
