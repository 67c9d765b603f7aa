package import Basics

/// A record that the API refused permanently.
package struct DeadLetter: Sendable {
    package let record: StoredRecord
    /// The HTTP status of the refusal.
    package let status: Int
    /// The reason that the API gave.
    package let reason: String
    package let diedAt: Timestamp
}
