import Basics

/// Blind transfers and those to queues: the customer is moved once, and the dialplan does the rest.
extension Transfer {
    mutating func handleDirect(_ signal: TransferSignal, _ now: Timestamp) -> [TransferCommand] {
        switch (state, signal) {
        case (.validating, .valid):
            enter(.redirecting, now)
            return [plan.type == .queue ? .queueTransfer : .blindTransfer]
        case (.validating, .invalid(let text)):
            fail("target_invalid", now, text: text)
        case (.validating, .left(.customer, _)): fail("customer_left", now)
        case (.validating, .left(.agent, _)): fail("agent_left", now)
        case (.validating, .unanswered), (.validating, .deadline): fail("no_answer_from_pbx", now)

        case (.redirecting, .refused(let text)): fail("refused", now, text: text)
        case (.redirecting, .moved): enter(plan.type == .queue ? .queued : .ringing, now)
        case (.redirecting, .queued) where plan.type == .queue: enter(.queued, now)

        // The one who answers may be there before the move is told.
        case (.redirecting, .answered(let isAgent)), (.ringing, .answered(let isAgent)),
            (.queued, .answered(let isAgent)), (.returning, .answered(let isAgent)):
            if state == .returning, isAgent {
                rollback = Rollback(tried: true, done: true)
                enter(.returned, now, why: result?.code ?? "")
            } else {
                // Somebody took the call, though it was on the way back: a pickup, or the target after all.
                result = nil
                enter(.completed, now)
            }
        case (.redirecting, .returning(let status)), (.ringing, .returning(let status)),
            (.queued, .returning(let status)):
            result = Result(code: Self.code(ofStatus: status), dialStatus: status)
            rollback.tried = true
            enter(.returning, now, why: status.lowercased())
        case (.redirecting, .abandoned), (.queued, .abandoned): enter(.abandoned, now)

        case (.redirecting, .left(.customer, let failure)), (.ringing, .left(.customer, let failure)),
            (.queued, .left(.customer, let failure)):
            if state == .queued { enter(.abandoned, now) } else { fail(Self.code(failure), now) }
        case (.returning, .left(.customer, let failure)):
            // The code says why the target did not answer; that nobody took the call back is worse.
            result?.code = failure == .hungUp ? "customer_left" : "return_unanswered"
            enter(.failed, now, why: result?.code ?? "")

        case (.redirecting, .unanswered), (.redirecting, .deadline), (.ringing, .deadline), (.returning, .deadline):
            if let commands = look() { return commands }
            fail("unknown", now)
        case (.redirecting, .seen(let situation, _)), (.ringing, .seen(let situation, _)),
            (.queued, .seen(let situation, _)), (.returning, .seen(let situation, _)):
            resume(situation, now)
        default: break
        }
        return []
    }

    private mutating func resume(_ situation: TransferSituation, _ now: Timestamp) {
        if gone.contains(.customer) {
            fail("customer_left", now)
        } else if state == .redirecting, situation.bridged.isSuperset(of: [.customer, .agent]) {
            fail("refused", now, text: "the call was not moved")
        } else if state == .redirecting {
            enter(plan.type == .queue ? .queued : .ringing, now)
        }
    }

    private static func code(_ failure: TransferFailure) -> String {
        failure == .hungUp ? "customer_left" : failure.rawValue
    }

    /// The code of a DIALSTATUS or QUEUESTATUS.
    static func code(ofStatus status: String) -> String {
        switch status {
        case "BUSY": "busy"
        case "NOANSWER", "TIMEOUT": "no_answer"
        case "CHANUNAVAIL", "CONGESTION", "INVALIDARGS": "unreachable"
        case "JOINEMPTY", "LEAVEEMPTY", "JOINUNAVAIL", "LEAVEUNAVAIL": "queue_empty"
        case "FULL": "queue_full"
        default: "not_answered"
        }
    }
}
