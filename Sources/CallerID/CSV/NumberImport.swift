import Basics

/// What a file of numbers holds.
package struct NumberImport: Sendable, Equatable {
    /// In the order of the file; each number once.
    package var records: [NumberRecord] = []
    /// How many rows were left out.
    package var rejected = 0
    /// Why rows were left out: the first `errorLimit`.
    package var errors: [RowError] = []
    /// The first names of columns that are not known, whose values are ignored.
    package var ignoredColumns: [String] = []

    package static let errorLimit = 1000

    /// How many rows there are, without the header, blank lines and comments.
    package var read: Int { records.count + rejected }

    mutating func reject(_ error: RowError) {
        rejected += 1
        if errors.count < Self.errorLimit { errors.append(error) }
    }

    /// Why one row was left out.
    package struct RowError: Error, Sendable, Equatable, CustomStringConvertible {
        /// The line of the file in which the row begins, from 1.
        package let line: Int
        /// Empty when the row as a whole is wrong.
        package let column: String
        /// The value as in the file, at most 64 characters of it and `…`; not escaped.
        package let value: String
        package let reason: String

        init(line: Int, column: String = "", value: Bytes = [], _ reason: String) {
            self.line = line
            self.column = column
            self.value = Self.shortened(value)
            self.reason = reason
        }

        /// The reason, with the column unless it is `caller_id`: for answers that have no field for it.
        package var detail: String { ["", "caller_id"].contains(column) ? reason : "\(column): \(reason)" }

        /// As `line 17: caller_id "21255": fewer than 10 digits`; control characters are escaped as in JSON.
        package var description: String {
            guard !column.isEmpty else { return "line \(line): \(reason)" }
            return "line \(line): \(column) \(TerminalText.quoted(value)[...].text): \(reason)"
        }

        /// At most 64 scalars: a character of many scalars could be of any length.
        static func shortened(_ value: Bytes) -> String {
            let scalars = value.prefix(512).text.unicodeScalars
            let start = String(String.UnicodeScalarView(scalars.prefix(64)))
            return scalars.count > 64 ? start + "…" : start
        }
    }
}
