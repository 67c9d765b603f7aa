/// A value for a `?` in SQL; it is always bound, never part of the SQL.
package enum ODBCValue: Sendable, Equatable {
    case text(String)
    case integer(Int)
    case null

    package init(_ text: String?) { self = text.map { .text($0) } ?? .null }

    package init(_ number: Int?) { self = number.map { .integer($0) } ?? .null }
}

extension ODBCValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral {
    package init(stringLiteral text: String) { self = .text(text) }

    package init(integerLiteral number: Int) { self = .integer(number) }

    package init(nilLiteral: ()) { self = .null }
}

/// The largest answer that a query may have.
package struct ODBCLimits: Sendable {
    package var rows = 1_000_000
    /// Of all values together, as UTF-8.
    package var bytes = 256 << 20

    package init() {}
}

/// The answer to a query.
package struct ODBCRows: Sendable, Equatable {
    package var columns: [String] = []
    /// One value for each column; `nil` is NULL.
    package var rows: [[String?]] = []

    package init() {}
}
