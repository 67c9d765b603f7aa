package import Basics

/// One transfer of a call: where it is, and what is done about what happens; pure.
///
/// `handle` takes one signal and returns the commands to carry out, in order. Before they are sent, the transfer is stored;
/// after a restart it gets `seen` with what the PBX lists, and goes on from there.
///
/// **Invariants.**
/// - It ends in one of the states of `TransferState.isEnded`, whatever the signals; after that it returns no command.
/// - No command names a party that is known to have left.
/// - The customer is never left alone while the agent or the target is there: when a step fails, customer and agent are
///   bridged; when the agent is gone, the customer rings the agent's extension.
/// - It is done when the PBX says so by an event, never because an action was accepted.
///
/// ```swift
/// var transfer = Transfer(plan, at: now)
/// var commands = transfer.begin()                  // [.validate]
/// commands = transfer.handle(.valid, at: now)      // [.hold]
/// ```
package struct Transfer: Sendable, Equatable {
    package struct Plan: Sendable, Equatable {
        package var id: String
        package var type: TransferType
        package var callID: String
        /// The extension of the agent.
        package var from: String
        package var target: String
        package var context: String
        /// How long the target and the agent's phone may ring.
        package var ringTime = Duration.seconds(30)
        /// Whether the dialplan rings the agent when the target does not answer.
        package var returns = true
        /// The user.
        package var by: String

        package init(
            id: String,
            type: TransferType,
            callID: String,
            from: String,
            target: String,
            context: String,
            by: String
        ) {
            self.id = id
            self.type = type
            self.callID = callID
            self.from = from
            self.target = target
            self.context = context
            self.by = by
        }
    }

    /// A state that was entered.
    package struct Entry: Sendable, Equatable {
        package let at: Timestamp
        package let state: TransferState
        /// A code such as `busy`, or empty.
        package let why: String
    }

    /// How a transfer ended, as far as there is more to say than the state.
    package struct Result: Sendable, Equatable {
        package var code: String
        package var text = ""
        package var dialStatus = ""
    }

    /// Whether customer and agent were to be brought together again, and whether they were.
    package struct Rollback: Sendable, Equatable {
        package var tried = false
        package var done = false
    }

    package let plan: Plan
    package internal(set) var state = TransferState.validating
    package internal(set) var history: [Entry]
    package internal(set) var result: Result?
    package internal(set) var rollback = Rollback()
    package internal(set) var version = 1

    /// The parties that have hung up.
    var gone: Set<TransferParty> = []
    /// The target's phone has been answered.
    var isTargetUp = false
    /// How often the same state had to be looked at: more than twice is a failure.
    var looks = 0

    package init(_ plan: Plan, at now: Timestamp) {
        self.plan = plan
        history = [Entry(at: now, state: .validating, why: "")]
    }

    /// The first command.
    package func begin() -> [TransferCommand] { [.validate] }

    /// How long the present state may last before `deadline` comes; `nil` without a limit.
    ///
    /// - Parameter actionTime: how long an action and its events may take.
    package func limit(actionTime: Duration) -> Duration? {
        switch state {
        case .validating, .redirecting, .holding, .completing, .cancelling, .rollingBack: actionTime
        // The dialplan has the same limit, and its events follow.
        case .ringing, .consultingRinging: plan.ringTime + actionTime
        case .returning: plan.ringTime + .seconds(30) + actionTime
        case .queued, .consulting: nil
        case .completed, .returned, .cancelled, .rolledBack, .abandoned, .failed: nil
        }
    }

    /// Whether the user's `complete` or `cancel` is possible now.
    package func accepts(_ signal: TransferSignal) -> Bool {
        switch signal {
        case .complete: state == .consulting
        case .cancel: state == .consultingRinging || state == .consulting
        default: !state.isEnded
        }
    }

    /// Takes a signal in; returns what has to be done, in order.
    ///
    /// Signals that mean nothing in the present state change nothing: events come late and twice.
    package mutating func handle(_ signal: TransferSignal, at now: Timestamp) -> [TransferCommand] {
        let before = (state, result, gone, isTargetUp)
        if case .left(let party, _) = signal { gone.insert(party) }
        if case .seen(let situation, _) = signal { note(situation) }
        guard !state.isEnded else { return [] }
        let commands = plan.type == .managed ? handleManaged(signal, now) : handleDirect(signal, now)
        if before != (state, result, gone, isTargetUp) { version += 1 }
        return commands
    }

    /// A list is as new as all events before it: who is not in it is gone.
    private mutating func note(_ situation: TransferSituation) {
        for party in [TransferParty.customer, .agent] where !situation.present.contains(party) { gone.insert(party) }
        if situation.present.contains(.target) { isTargetUp = true }
    }

    // MARK: For the two kinds

    mutating func enter(_ next: TransferState, _ now: Timestamp, why: String = "") {
        state = next
        looks = 0
        history.append(Entry(at: now, state: next, why: why))
    }

    /// Ends without success; customer and agent are where they were, or hung up themselves.
    mutating func fail(_ code: String, _ now: Timestamp, text: String = "") {
        if result == nil { result = Result(code: code, text: text) }
        enter(.failed, now, why: code)
    }

    /// Asks for the truth, but not for ever.
    ///
    /// - Returns: `nil` when it was asked for often enough.
    mutating func look() -> [TransferCommand]? {
        looks += 1
        return looks > 2 ? nil : [.look]
    }

    /// Rings the agent's extension for the customer, or ends when there is no customer.
    mutating func sendBack(_ now: Timestamp) -> [TransferCommand] {
        guard !gone.contains(.customer) else {
            fail("customer_left", now)
            return []
        }
        enter(.returning, now)
        return [.sendBack]
    }
}
