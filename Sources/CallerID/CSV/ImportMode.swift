/// What an import does with numbers that are stored already.
package enum ImportMode: String, Sendable, CaseIterable {
    /// Leaves them as they are.
    case skip
    /// Changes their fields.
    case update
    /// Makes the file the whole set: numbers that it lacks go.
    case replace
}

/// What an import is to do.
package struct ImportOptions: Sendable, Equatable {
    package var mode = ImportMode.skip
    /// Whether only to say what would happen.
    package var isDryRun = false
    /// Whether `replace` may take away all numbers, or more than the settings allow.
    package var isForced = false
    /// Whether one bad row refuses the file.
    package var isStrict = false
    /// Whether the records have all their places and withdrawn trunks, which a CSV file does not.
    package var hasPlaces = false

    package init() {}
}

/// What an import did.
package struct ImportResult: Sendable, Equatable {
    package var added: [NumberRecord] = []
    package var updated: [NumberRecord] = []
    /// How many were stored already and left as they are.
    package var skipped = 0
    package var removed: [Digits] = []

    package init() {}
}

/// Why an import changed nothing.
package enum ImportError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is a bad row, and the import is strict.
    case badRows(Int)
    /// The file would replace all numbers by none.
    case empty
    /// More numbers would go than the settings allow.
    case drop(removed: Int, of: Int, limit: Int)

    package var description: String {
        switch self {
        case .badRows(let count): "\(count) bad rows; correct them, or import without strict"
        case .empty: "the file has no number; nothing was replaced (force=1 removes all)"
        case .drop(let removed, let total, let limit):
            "\(removed) of \(total) numbers would go, more than \(limit) % (SYNC_MAX_DROP_PERCENT); nothing was replaced "
                + "(force=1 replaces anyway)"
        }
    }
}
