import Basics
import ODBC

/// The rows of a table as numbers, each checked by the rules of a CSV import.
struct SyncRows: Sendable, Equatable {
    /// In the order of the table; each number once.
    private(set) var records: [NumberRecord] = []
    private(set) var result = SyncResult()
    /// Rows that are wrong; those of a number that another row has already do not count in VICIdial's table.
    private(set) var wrong = 0

    /// - Parameters:
    ///   - rows: the values of the columns `table.read`.
    ///   - isFull: whether they are all rows, so that the first of each trunk is known.
    init(_ rows: [[String?]], of table: SyncTable, isFull: Bool = true) {
        var places: [Digits: Int] = [:]
        var firsts: [String: Digits] = [:]
        let names = table.read.map { Array($0.rawValue.utf8) }
        guard let header = try? NumberCSV.Header(names, line: 1) else { return }
        result.read = rows.count
        for (index, row) in rows.enumerated() {
            let values = zip(table.read, row).map { column, value in
                Array(Self.normalized(value ?? "", column).utf8)
            }
            do throws(NumberImport.RowError) {
                let record = try NumberRow(values, header: header, line: index + 1).record()
                if record.isActive, !record.trunk.isEmpty, firsts[record.trunk] == nil {
                    firsts[record.trunk] = record.number
                }
                guard let first = places[record.number] else {
                    places[record.number] = records.count
                    records.append(record)
                    continue
                }
                if table.kind == .trunks, !record.trunk.isEmpty {
                    add(record, toRecordAt: first)
                } else {
                    reject(index + 1, "the number \(record.number) is in another row already", table.kind != .campaigns)
                }
            } catch {
                let value =
                    error.column.isEmpty ? "" : "\(error.column) \(TerminalText.quoted(error.value)[...].text): "
                reject(index + 1, value + error.reason, true)
            }
        }
        if isFull { makeDefaults(firsts) }
    }

    /// The first bad row, as a sentence.
    var firstRejection: String { result.rejected.first.map { "row \($0.row): \($0.reason)" } ?? "" }

    private mutating func reject(_ row: Int, _ reason: String, _ isWrong: Bool) {
        result.rejectedCount += 1
        if isWrong { wrong += 1 }
        guard result.rejected.count < NumberImport.errorLimit else { return }
        result.rejected.append(.init(row: row, reason: reason))
    }

    /// A further row of a number: a further place, unless it is there or the row is not in use.
    private mutating func add(_ record: NumberRecord, toRecordAt index: Int) {
        var known = records[index]
        let places = record.places.filter { new in
            !known.places.contains { $0.trunk == new.trunk && $0.route == new.route && $0.callType == new.callType }
        }
        if record.isActive, !known.isActive {
            // A row that is not in use gives its place to one that is.
            known.places = record.places
            known.isActive = true
        } else if record.isActive == known.isActive {
            known.places += places
        }
        records[index] = known
    }

    /// The number in the first row of each trunk is its default, unless the table says which is.
    private mutating func makeDefaults(_ firsts: [String: Digits]) {
        var known = Set(records.flatMap { $0.places }.filter(\.isDefault).map(\.trunk))
        for index in records.indices where records[index].isActive {
            var places = records[index].places
            for place in places.indices where firsts[places[place].trunk] == records[index].number {
                guard known.insert(places[place].trunk).inserted else { continue }
                places[place].isDefault = true
            }
            if !places.isEmpty { records[index].places = places }
        }
    }

    /// Flags in the spellings of databases, as a CSV file has them.
    private static func normalized(_ value: String, _ column: NumberCSV.Column) -> String {
        guard column == .isActive || column == .isDefault else { return value }
        switch value.lowercased() {
        case "y", "yes", "t", "on": return "1"
        case "n", "no", "f", "off": return "0"
        default: return value
        }
    }
}
