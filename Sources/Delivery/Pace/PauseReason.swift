/// The reason of a pause; a later case is worse than an earlier one.
package enum PauseReason: String, Sendable, CaseIterable, Comparable {
    /// No answer, or an error that may pass.
    case transient
    /// A setting must be corrected, here or at the API.
    case configuration
    /// The API refuses one record after the other: it and this program disagree about the format of records.
    case contract

    private var weight: Int {
        switch self {
        case .transient: 0
        case .configuration: 1
        case .contract: 2
        }
    }

    package static func < (left: PauseReason, right: PauseReason) -> Bool { left.weight < right.weight }
}
