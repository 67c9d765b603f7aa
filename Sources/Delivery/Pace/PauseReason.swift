/// Why nothing is sent for a while; a later one outweighs those before it.
package enum PauseReason: String, Sendable, CaseIterable, Comparable {
    /// No answer, or one that a later attempt may not get.
    case transient
    /// Someone has to correct a setting, here or at the API.
    case configuration
    /// The API refuses one record after the other: it and this program do not agree on what a record is.
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
