import Basics
import Glibc
import SQLite

/// Makes a copy that SQLite can open of a database whose first page is damaged or that was truncated.
///
/// The first page holds the header and the starts of the tables (sqlite.org/fileformat2.html). A spool's tables are
/// always made in the same order, so the first page of a new spool fits. SQLite uses the size in the header only if two
/// of its numbers are equal; the copy makes them differ, so SQLite uses the size of the file.
enum Transplant {
    private static let pageCount = 28..<32
    private static let freeList = 32..<40
    private static let validFor = 92..<96
    /// The distance in bytes from the change counter to the number that must equal it.
    private static let changeCounterDistance = 68

    enum FirstPage {
        /// The existing page, except the size of the file and the list of free pages.
        case repaired
        /// The page of a new spool.
        case fresh
    }

    /// - Parameters:
    ///   - path: the damaged database; it is not changed.
    ///   - copy: the path of the copy; the write-ahead log, if there is one, is copied beside it.
    ///   - new: the path of a new spool.
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
