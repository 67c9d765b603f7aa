import Basics
import ODBC

/// The numbers in a database of the site: reads them, and writes them where that is allowed.
struct ForeignNumbers: Sendable {
    let database: ODBCDatabase
    /// `SYNC_TABLE`; empty to look for one.
    let tableName: String
    let mapping: [NumberCSV.Column: String]

    /// What one reading found.
    struct Reading: Sendable {
        let table: SyncTable
        let rows: SyncRows
        /// The time of the latest change in the table when it was read, as the database writes it.
        let latest: String?
        let isFull: Bool
    }

    /// Reads all rows, or those that changed since `latest` less five seconds where the table has their times.
    func read(since latest: String?) async throws(SyncError) -> Reading {
        let (tableName, mapping) = (tableName, mapping)
        let result = try await perform { connection throws(ODBCError) -> Result<Reading, SyncError> in
            let table: SyncTable
            switch try Self.table(connection, tableName, mapping) {
            case .success(let found): table = found
            case .failure(let error): return .failure(error)
            }
            var newest: String?
            if let column = table.updatedAt {
                let sql = "SELECT MAX(\(try connection.quoted(column))) FROM \(try connection.quoted(table.name))"
                newest = try connection.rows(sql).rows.first?.first ?? nil
            }
            if let latest, let column = table.updatedAt,
                let condition = connection.system.changed(try connection.quoted(column))
            {
                let rows = try connection.rows(try table.query(connection, where: condition), .text(latest)).rows
                let changed = SyncRows(rows, of: table, isFull: false)
                return .success(Reading(table: table, rows: changed, latest: newest, isFull: false))
            }
            let rows = try connection.rows(try table.query(connection)).rows
            return .success(Reading(table: table, rows: SyncRows(rows, of: table), latest: newest, isFull: true))
        }
        return try result.get()
    }

    /// Finds the table; changes nothing.
    func table() async throws(SyncError) -> SyncTable {
        let (tableName, mapping) = (tableName, mapping)
        return try await perform { connection throws(ODBCError) in
            try Self.table(connection, tableName, mapping)
        }.get()
    }

    private func perform<Answer: Sendable>(
        _ body: @escaping @Sendable (ODBCConnection) throws(ODBCError) -> Answer
    ) async throws(SyncError) -> Answer {
        do throws(ODBCError) { return try await database.perform(body) } catch { throw .database(error) }
    }

    private static func table(
        _ connection: ODBCConnection,
        _ name: String,
        _ mapping: [NumberCSV.Column: String]
    ) throws(ODBCError) -> Result<SyncTable, SyncError> {
        var reason = ""
        for name in name.isEmpty ? SyncTable.Kind.allCases.map(\.rawValue) : [name] {
            do throws(ODBCError) {
                let existing = try connection.columns(of: name)
                return Result { () throws(SyncError) in
                    try SyncTable(name, existing: existing, mapping: mapping)
                }
            } catch {
                // Class 42: no such table, or no right to read it.
                guard error.state?.hasPrefix("42") == true else { throw error }
                if reason.isEmpty, case .server(let diagnostic) = error { reason = diagnostic.message }
            }
        }
        return .failure(.noTable(reason))
    }

    // MARK: Changes

    /// What is to be written.
    enum Change: Sendable {
        /// Adds numbers, or changes those that are there.
        case put([NumberRecord])
        case remove([Digits])
        /// Makes these all numbers of the table.
        case replaceAll([NumberRecord])
        /// Makes these all numbers of each trunk.
        case replaceTrunks([String: [NumberRecord]])
    }

    /// Writes changes in one transaction.
    ///
    /// - Throws: `.away` when the database did not take them, or `.unfit`.
    func write(_ changes: [Change]) async throws(CallerIDStoreError) {
        let (tableName, mapping) = (tableName, mapping)
        let result: Result<Void, CallerIDStoreError>
        do throws(ODBCError) {
            result = try await database.perform { connection throws(ODBCError) -> Result<Void, CallerIDStoreError> in
                let table: SyncTable
                switch try Self.table(connection, tableName, mapping) {
                case .success(let found): table = found
                case .failure(let error): return .failure(.unfit("\(error)"))
                }
                let writer: SyncWriter
                do throws(CallerIDStoreError) {
                    writer = try SyncWriter(connection, table, changes)
                } catch {
                    return .failure(error)
                }
                return .success(try connection.transaction { () throws(ODBCError) in try writer.run(changes) })
            }
        } catch {
            throw .away(error)
        }
        try result.get()
    }
}

extension ODBCSystem {
    /// The condition for rows that changed after `?` less five seconds; `nil` where that cannot be said.
    fileprivate func changed(_ column: String) -> String? {
        switch self {
        case .postgresql: "\(column) >= CAST(? AS TIMESTAMP) - INTERVAL '5 seconds'"
        case .mariadb: "\(column) >= CAST(? AS DATETIME(6)) - INTERVAL 5 SECOND"
        case .other: nil
        }
    }
}
