/// What a transfer is told: by the user, by the PBX, by the clock.
package enum TransferSignal: Sendable, Equatable {
    /// The target exists and can be rung.
    case valid
    /// It does not; the text says why.
    case invalid(String)
    /// The action of the step was refused, with the PBX's own words.
    case refused(String)
    /// The action of the step was not answered in time: what became of it is unknown.
    case unanswered
    /// The time of the state is over.
    case deadline
    /// What the PBX lists of the parties, after `TransferCommand.look` or a restart.
    case seen(TransferSituation, isRestart: Bool)

    /// Customer and agent both left their bridge.
    case held
    /// The customer is in the dialplan, on the way to the target.
    case moved
    case targetAnswered
    /// The target's channel ended before it answered, or there was none.
    case targetFailed(TransferFailure)
    /// Two parties are in one bridge.
    case bridged(TransferParty, TransferParty)
    /// The customer talks to somebody who has no channel of this transfer; `isAgent` when it is the extension of the agent.
    case answered(isAgent: Bool)
    /// A party hung up, with the code of why.
    case left(TransferParty, TransferFailure)
    /// The customer was put into the queue.
    case queued
    /// The customer left the queue by hanging up.
    case abandoned
    /// The dialplan gave up on the target and rings the agent; with DIALSTATUS or QUEUESTATUS.
    case returning(dialStatus: String)

    /// The user wants customer and target together.
    case complete
    case cancel
}

/// Why a party was not reached or left.
package enum TransferFailure: String, Sendable, CaseIterable {
    case busy
    case noAnswer = "no_answer"
    case rejected
    case unreachable
    /// Hung up in the ordinary way.
    case hungUp = "hung_up"

    /// The failure of a cause of Q.850, as the event Hangup has it; 0 comes with an unknown endpoint.
    package init(cause: Int) {
        switch cause {
        case 16, 31: self = .hungUp
        case 17: self = .busy
        case 18, 19: self = .noAnswer
        case 21: self = .rejected
        default: self = .unreachable
        }
    }
}

/// Which parties have a channel that is up, and which two of them are in one bridge.
package struct TransferSituation: Sendable, Equatable {
    package var present: Set<TransferParty>
    /// The target's phone rings.
    package var isTargetRinging = false
    /// The customer is in the dialplan that rings the agent.
    package var isReturning = false
    /// The parties in one bridge; empty when no two of them are.
    package var bridged: Set<TransferParty> = []

    package init(
        _ present: Set<TransferParty>,
        bridged: Set<TransferParty> = [],
        isTargetRinging: Bool = false,
        isReturning: Bool = false
    ) {
        self.isReturning = isReturning
        self.present = present
        self.bridged = bridged
        self.isTargetRinging = isTargetRinging
    }
}
