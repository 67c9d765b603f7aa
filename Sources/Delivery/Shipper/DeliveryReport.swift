package import Basics

/// The state of the delivery at one moment.
package struct DeliveryReport: Sendable, Equatable {
    /// The class of the last failure; `nil` when the last request succeeded.
    package var reason: PauseReason?
    /// When the next attempt follows; `nil` when there is no wait.
    package var until: Timestamp?
    /// The last error since the last success.
    package var lastError: String?
    /// When the API last accepted records in this run.
    package var lastSuccess: Timestamp?
    package var requestsInFlight = 0
    /// Batches that are held back after suspect answers.
    package var heldBatches = 0
    /// Whether twenty records in a row were refused and none has been accepted since.
    package var isCircuitOpen = false

    package init() {}

    /// Whether sending is paused: from a failure to the next success.
    package var isPaused: Bool { reason != nil }
}
