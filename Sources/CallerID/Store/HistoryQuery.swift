/// Which part of the history is asked for: who had a number when.
package struct HistoryQuery: Sendable, Equatable {
    /// `nil` for all numbers.
    package var number: Digits?
    /// RFC 3339, UTC; `nil` for the oldest row.
    package var since: String?
    /// RFC 3339, UTC, itself not included; `nil` for the newest row.
    package var until: String?
    /// The id of the last row of the page before; `nil` for the first page.
    package var before: Int64?
    /// The rows of a page, at most.
    package var limit = 100

    package init() {}
}

/// A request in the history, with the reservation that it made.
package struct HistoryEntry: Sendable, Equatable {
    package let id: Int64
    /// RFC 3339, UTC.
    package let time: String
    package let endpoint: String
    package let method: String
    package let agent: String
    package let campaign: String
    package let destination: String
    /// Empty for none.
    package let number: String
    /// RFC 3339, UTC; `nil` without a reservation.
    package let reservedUntil: String?
    /// How long the decision took.
    package let microseconds: Int
    package let status: Int
    package let error: String
}

/// A page of the history, the newest row first.
package struct HistoryPage: Sendable, Equatable {
    package var entries: [HistoryEntry] = []
    /// What `HistoryQuery.before` is for the next page; `nil` at the end.
    ///
    /// A page may have fewer rows than asked for, even none, and still a next one: there is a limit to the rows that
    /// one request looks at.
    package var next: Int64?
}
