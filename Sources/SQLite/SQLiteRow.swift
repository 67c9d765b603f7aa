package import Basics

/// The values of one run of a statement, for many rows: all texts are in one buffer, which SQLite reads without a copy.
///
/// ```swift
/// var row = SQLiteRow()
/// for call in calls {
///     row.removeAll()
///     row.append(call.number)
///     row.append(call.seconds)
///     try statement.run(row)
/// }
/// ```
package struct SQLiteRow: Sendable {
    enum Value {
        case null
        case integer(Int)
        case text(offset: Int, count: Int)
    }

    private(set) var values: [Value] = []
    private(set) var bytes: [UInt8] = []

    package init() {}

    /// Removes all values; the memory stays for the next row.
    package mutating func removeAll() {
        values.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }

    package mutating func append(_ value: Int) { values.append(.integer(value)) }

    /// `nil` is NULL.
    package mutating func append(_ value: Int?) { if let value { append(value) } else { appendNull() } }

    package mutating func append(_ text: String) { append { $0.append(contentsOf: text.utf8) } }

    /// `nil` is NULL.
    package mutating func append(_ text: String?) { if let text { append(text) } else { appendNull() } }

    package mutating func appendNull() { values.append(.null) }

    /// A time as text, by RFC 3339 in UTC.
    package mutating func append(_ time: Timestamp) { append { time.appendRFC3339(to: &$0) } }

    /// A text in UTF-8 that `write` appends to the buffer.
    package mutating func append(_ write: (inout [UInt8]) -> Void) {
        let offset = bytes.count
        write(&bytes)
        values.append(.text(offset: offset, count: bytes.count - offset))
    }
}
