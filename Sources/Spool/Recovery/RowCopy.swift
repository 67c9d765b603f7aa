import SQLite

/// Copies the rows of one table into the attached database `fresh`, skipping everything that cannot be read.
struct RowCopy {
    private let source: SQLiteDatabase
    private let table: String
    private let columns: [String]
    private let key: String

    /// The ranges of keys in which nothing could be read.
    private(set) var holes: [ClosedRange<Int>] = []

    private static let slice = 4096
    private static let largestStride = 1 << 60

    /// - Parameters:
    ///   - key: a column of integers from 0, by which the table is ordered.
    init(_ source: SQLiteDatabase, table: String, columns: [String], key: String) {
        self.source = source
        self.table = table
        self.columns = columns
        self.key = key
    }

    /// - Throws: the error that keeps the new database from being written.
    mutating func run() throws(SQLiteError) {
        var first = 0
        while let next = try copySlice(from: first) { first = next }
    }

    /// Copies some rows; returns the key at which the rest begins, `nil` at the end.
    private mutating func copySlice(from first: Int) throws(SQLiteError) -> Int? {
        var count = Self.slice
        while true {
            do throws(SQLiteError) {
                guard let last = try lastKey(from: first, count) else { return nil }
                try insert("\(key) BETWEEN ? AND ?", first, last)
                return last + 1
            } catch {
                guard isReadError(error, first, count) else { throw error }
            }
            guard count == 1 else {
                count = max(1, count / 8)
                continue
            }
            let next = nextReadable(after: first)
            holes.append(first...max(first, (next ?? first + 1) - 1))
            return next
        }
    }

    private func insert(_ condition: String, _ first: Int, _ second: Int) throws(SQLiteError) {
        try source.run(
            """
            INSERT OR IGNORE INTO fresh.\(table) SELECT \(columns.joined(separator: ", "))
                FROM main.\(table) WHERE \(condition)
            """,
            first,
            second
        )
    }

    /// The key of the last of `count` rows; `nil` when there is none.
    private func lastKey(from first: Int, _ count: Int) throws(SQLiteError) -> Int? {
        let keys = "SELECT \(key) FROM main.\(table) WHERE \(key) >= ? ORDER BY \(key) LIMIT ?"
        let rows = try source.rows("SELECT max(\(key)) FROM (\(keys))", first, count) { row in
            row.isNull(0) ? nil : row.integer(0)
        }
        return rows.first ?? nil
    }

    /// Whether the old database caused the error, and not the new one.
    private func isReadError(_ error: SQLiteError, _ first: Int, _ count: Int) -> Bool {
        switch error.trouble {
        case .damaged, .other: true
        case .busy, .full, .unavailable: false
        case .io: (try? read(from: first, count)) == nil
        }
    }

    /// The key of the first readable row after `first`; `nil` when there is none.
    ///
    /// Strides grow until a row can be read, and are then halved.
    private func nextReadable(after first: Int) -> Int? {
        var bad = first
        var good = first + 1
        while (try? read(from: good, 1)) == nil {
            guard good - first < Self.largestStride else { return nil }
            bad = good
            good = first + (good - first) * 2
        }
        while good - bad > 1 {
            let middle = bad + (good - bad) / 2
            if (try? read(from: middle, 1)) == nil { bad = middle } else { good = middle }
        }
        return (try? read(from: good, 1)) ?? nil
    }

    /// Reads complete rows; returns the key of the first one, `nil` when there is none.
    private func read(from first: Int, _ count: Int) throws(SQLiteError) -> Int? {
        let columns = columns
        let keys = try source.rows(
            """
            SELECT \(([key] + columns).joined(separator: ", ")) FROM main.\(table)
                WHERE \(key) >= ? ORDER BY \(key) LIMIT ?
            """,
            first,
            count
        ) { row in
            // A value is read from the disk only on access.
            for column in columns.indices { _ = row.bytes(Int32(column + 1)) }
            return row.integer(0)
        }
        return keys.first
    }
}
