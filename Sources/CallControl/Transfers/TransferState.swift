/// How a call is passed on.
package enum TransferType: String, Sendable, CaseIterable {
    /// Straight to the target, without a word before.
    case blind
    /// After a consultation with the target, while the customer waits.
    case managed
    case queue
}

/// Where a transfer is; calls-contract names are part of the API.
package enum TransferState: String, Sendable, CaseIterable {
    /// The target is being checked; nothing has been moved.
    case validating
    /// The customer is being moved into the dialplan.
    case redirecting
    /// The target's phone rings for the customer.
    case ringing
    /// The customer waits in the queue.
    case queued
    /// Customer and agent are leaving their bridge.
    case holding
    /// The target's phone rings for the agent.
    case consultingRinging = "consulting_ringing"
    /// Agent and target talk; the customer is held.
    case consulting
    /// Customer and target are being bridged.
    case completing
    /// Customer and target talk.
    case completed
    /// The agent's phone rings for the customer again.
    case returning
    /// Customer and agent talk again, after the target did not answer.
    case returned
    /// The agent gave up; customer and agent are being bridged.
    case cancelling
    case cancelled
    /// The target was not reached; customer and agent are being bridged.
    case rollingBack = "rolling_back"
    case rolledBack = "rolled_back"
    /// The customer left the queue before an agent answered.
    case abandoned
    case failed

    package var isEnded: Bool {
        switch self {
        case .completed, .returned, .cancelled, .rolledBack, .abandoned, .failed: true
        case .validating, .redirecting, .ringing, .queued, .holding, .consultingRinging, .consulting, .completing,
            .returning, .cancelling, .rollingBack:
            false
        }
    }
}

/// Who takes part in a transfer.
package enum TransferParty: String, Sendable, CaseIterable {
    /// The one who is passed on.
    case customer
    /// The one who passes on.
    case agent
    /// The one who gets the call: only a managed transfer has a channel for it.
    case target
}
