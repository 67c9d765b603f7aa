package import Basics

/// A record that the API refused for good.
package struct DeadLetter: Sendable {
    package let record: StoredRecord
    /// The HTTP status of the refusal.
    package let status: Int
    /// What the API said.
    package let reason: String
    package let diedAt: Timestamp
}
