import Basics
import HTTP
import SQLite
import TestSupport
import Testing

@testable import CallerID

@Suite struct FullDiskTests {
    @Test(arguments: [
        (SQLiteTrouble.full, 507), (.readOnly, 507), (.failing, 507), (.busy, 503), (.damaged, 503),
    ])
    func `a change that the disk refuses is answered 507, any other fault of the store 503`(
        trouble: SQLiteTrouble,
        status: Int
    ) async throws {
        await #expect(throws: RequestFailure(status: status, code: "database", "Database not available")) {
            try await CallerIDFeature.stored { () async throws(CallerIDStoreError) in
                throw CallerIDStoreError(trouble.error, directory: "/nowhere")
            }
        }
    }
}

/// Faults of SQLite, by what a user would call them.
enum SQLiteTrouble: Int32, Sendable {
    case full = 13
    case readOnly = 8
    case failing = 10
    case busy = 5
    case damaged = 11

    var error: SQLiteError { SQLiteError(code: rawValue, message: "", operation: "") }
}
