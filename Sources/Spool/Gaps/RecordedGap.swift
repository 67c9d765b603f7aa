package import Basics
import SQLite

/// A period in which records could have been missed.
package struct NewGap: Sendable {
    package var cause: String
    package var from: Timestamp
    package var to: Timestamp
    /// How many records are known to be missing; 0 when the number is unknown.
    package var events: Int

    package init(cause: String, from: Timestamp, to: Timestamp, events: Int) {
        self.cause = cause
        self.from = from
        self.to = to
        self.events = events
    }
}

/// A gap as the spool stores it.
///
/// Anything that Asterisk sent between the record `before` and the record `after` may be missing.
package struct RecordedGap: Sendable, Equatable {
    package let id: Int
    package let cause: String
    package let from: Timestamp
    package let to: Timestamp
    package let events: Int
    /// The key of the last record accepted before the gap; `nil` when there was none.
    package let before: [UInt8]?
    /// The key of the first record accepted after the gap; `nil` until there is one.
    package let after: [UInt8]?
    /// How many gaps of this cause are merged in it: 1, unless there were too many to keep each.
    package let count: Int

    package init(
        id: Int,
        cause: String,
        from: Timestamp,
        to: Timestamp,
        events: Int,
        before: [UInt8]?,
        after: [UInt8]?,
        count: Int = 1
    ) {
        self.id = id
        self.cause = cause
        self.from = from
        self.to = to
        self.events = events
        self.before = before
        self.after = after
        self.count = count
    }

    static let columns = "id, cause, from_us, to_us, events, before, after, count"

    init(_ row: SQLiteStatement) {
        id = row.integer(0)
        cause = row.text(1)
        from = row.timestamp(2)
        to = row.timestamp(3)
        events = row.integer(4)
        before = row.isNull(5) ? nil : row.bytes(5)
        after = row.isNull(6) ? nil : row.bytes(6)
        count = row.integer(7)
    }
}
