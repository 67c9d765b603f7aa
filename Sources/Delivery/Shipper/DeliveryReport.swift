package import Basics

/// How the delivery is, at one moment.
package struct DeliveryReport: Sendable, Equatable {
    /// Why the last request failed, by class; `nil` when it did not.
    package var reason: PauseReason?
    /// When the next attempt is made; `nil` when there is no need to wait.
    package var until: Timestamp?
    /// What went wrong since the last success.
    package var lastError: String?
    /// When the API took records last, in this run.
    package var lastSuccess: Timestamp?
    package var requestsInFlight = 0
    /// Batches that wait by themselves after suspect answers.
    package var heldBatches = 0
    /// Twenty records in a row were refused, and none has been taken since.
    package var isCircuitOpen = false

    package init() {}

    /// From a failure to the next success.
    package var isPaused: Bool { reason != nil }
}
