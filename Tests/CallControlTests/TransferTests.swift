import Basics
import Testing

@testable import CallControl

struct TransferTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    private func transfer(_ type: TransferType) -> Transfer {
        Transfer(
            .init(
                id: "transfer_1",
                type: type,
                callID: "call_1",
                from: "1001",
                target: "1002",
                context: "from-internal",
                by: "anna"
            ),
            at: now
        )
    }

    /// Takes signals; returns the commands of the last one, and all states that were entered.
    private func play(_ type: TransferType, _ signals: [TransferSignal]) -> (Transfer, last: [TransferCommand]) {
        var transfer = transfer(type)
        var commands = transfer.begin()
        for signal in signals { commands = transfer.handle(signal, at: now) }
        return (transfer, commands)
    }

    private let consulting: [TransferSignal] = [.valid, .held, .targetAnswered, .bridged(.agent, .target)]

    // MARK: Managed

    @Test func `a managed transfer holds, rings, lets them talk, and bridges customer and target`() {
        var transfer = transfer(.managed)
        #expect(transfer.begin() == [.validate])
        #expect(transfer.handle(.valid, at: now) == [.hold])
        #expect(transfer.handle(.held, at: now) == [.ringTarget])
        #expect(transfer.handle(.targetAnswered, at: now) == [.bridge(.agent, .target)])
        #expect(transfer.handle(.bridged(.target, .agent), at: now).isEmpty && transfer.state == .consulting)
        #expect(transfer.accepts(.complete) && transfer.accepts(.cancel))
        #expect(transfer.handle(.complete, at: now) == [.bridge(.customer, .target)])
        #expect(transfer.handle(.bridged(.customer, .target), at: now) == [.hangUp(.agent)])
        #expect(
            transfer.history.map(\.state)
                == [.validating, .holding, .consultingRinging, .consulting, .completing, .completed]
        )
        #expect(transfer.handle(.left(.agent, .hungUp), at: now).isEmpty && transfer.result == nil)
    }

    @Test func `a wrong target leaves the call untouched`() {
        let (transfer, last) = play(.managed, [.invalid("No extension 1002 in context from-internal")])
        #expect(transfer.state == .failed && last.isEmpty && !transfer.rollback.tried)
        #expect(transfer.result == .init(code: "target_invalid", text: "No extension 1002 in context from-internal"))
    }

    @Test(arguments: [TransferFailure.busy, .noAnswer, .rejected, .unreachable])
    func `a target that is not reached brings customer and agent together`(failure: TransferFailure) {
        var (transfer, last) = play(.managed, [.valid, .held, .targetFailed(failure)])
        #expect(last == [.bridge(.agent, .customer)] && transfer.state == .rollingBack)
        #expect(transfer.handle(.bridged(.agent, .customer), at: now).isEmpty)
        #expect(transfer.state == .rolledBack && transfer.rollback == .init(tried: true, done: true))
        #expect(transfer.result?.code == failure.rawValue)
    }

    @Test func `an agent who cancels talks to the customer again`() {
        var (transfer, last) = play(.managed, consulting + [.cancel])
        #expect(last == [.bridge(.agent, .customer), .hangUp(.target)])
        #expect(transfer.handle(.left(.target, .hungUp), at: now).isEmpty)
        _ = transfer.handle(.bridged(.agent, .customer), at: now)
        #expect(transfer.state == .cancelled)
    }

    @Test func `an agent who hangs up while consulting completes`() {
        let (transfer, last) = play(.managed, consulting + [.left(.agent, .hungUp), .bridged(.customer, .target)])
        #expect(transfer.state == .completed && last.isEmpty)
    }

    @Test func `an agent who hangs up while the target rings lets it ring on for the customer`() {
        let begin: [TransferSignal] = [.valid, .held, .left(.agent, .hungUp)]
        #expect(play(.managed, begin).last.isEmpty)
        #expect(play(.managed, begin + [.targetAnswered]).last == [.bridge(.customer, .target)])
        let (transfer, last) = play(.managed, begin + [.targetFailed(.busy)])
        #expect(last == [.sendBack] && transfer.state == .returning)
        #expect(play(.managed, begin + [.targetFailed(.busy), .answered(isAgent: true)]).0.state == .returned)
        let lost = play(.managed, begin + [.targetFailed(.busy), .left(.customer, .noAnswer)]).0
        #expect(lost.state == .failed && lost.result?.code == "return_unanswered")
    }

    @Test func `a customer who hangs up lets agent and target talk, or frees both`() {
        let (talking, none) = play(.managed, consulting + [.left(.customer, .hungUp)])
        #expect(talking.state == .failed && talking.result?.code == "customer_left" && none.isEmpty)
        let (ringing, commands) = play(.managed, [.valid, .held, .left(.customer, .hungUp)])
        #expect(ringing.state == .failed && commands == [.hangUp(.agent), .hangUp(.target)])
    }

    @Test func `a target that hangs up brings customer and agent together, also in the last step`() {
        #expect(play(.managed, consulting + [.left(.target, .hungUp)]).last == [.bridge(.agent, .customer)])
        let late = play(.managed, consulting + [.complete, .left(.target, .hungUp)])
        #expect(late.last == [.bridge(.agent, .customer)] && late.0.result?.code == "target_left")
        let alone = play(.managed, consulting + [.left(.agent, .hungUp), .left(.target, .hungUp)])
        #expect(alone.last == [.sendBack])
    }

    @Test func `a hold that was refused changes nothing, one that was not answered is looked at`() {
        #expect(play(.managed, [.valid, .refused("Permission denied")]).0.result?.text == "Permission denied")
        #expect(play(.managed, [.valid, .unanswered]).last == [.look])
        let together = TransferSituation([.customer, .agent], bridged: [.customer, .agent])
        #expect(play(.managed, [.valid, .unanswered, .seen(together, isRestart: false)]).0.state == .failed)
        let apart = TransferSituation([.customer, .agent])
        #expect(play(.managed, [.valid, .unanswered, .seen(apart, isRestart: false)]).last == [.ringTarget])
    }

    @Test func `a restart bridges who is there as the step says`() {
        let all = TransferSituation([.customer, .agent, .target])
        #expect(
            play(.managed, consulting + [.complete, .seen(all, isRestart: true)]).last == [.bridge(.customer, .target)]
        )
        #expect(play(.managed, consulting + [.seen(all, isRestart: true)]).last == [.bridge(.agent, .target)])
        #expect(
            play(.managed, consulting + [.cancel, .seen(all, isRestart: true)]).last == [.bridge(.agent, .customer)]
        )
        let two = TransferSituation([.customer, .agent])
        #expect(play(.managed, [.valid, .seen(two, isRestart: true)]).last == [.bridge(.agent, .customer)])
        #expect(play(.managed, consulting + [.seen(two, isRestart: true)]).last == [.bridge(.agent, .customer)])
        let one = TransferSituation([.customer])
        #expect(play(.managed, consulting + [.seen(one, isRestart: true)]).last == [.sendBack])
        let nobody = TransferSituation([])
        let (lost, commands) = play(.managed, consulting + [.seen(nobody, isRestart: true)])
        #expect(lost.state == .failed && commands.isEmpty)
        let talking = TransferSituation([.agent, .target], bridged: [.agent, .target])
        #expect(play(.managed, consulting + [.seen(talking, isRestart: true)]).last.isEmpty)
    }

    // MARK: Blind and queue

    @Test func `a blind transfer is complete when somebody answers, not when the PBX accepts it`() {
        var transfer = transfer(.blind)
        #expect(transfer.handle(.valid, at: now) == [.blindTransfer])
        #expect(transfer.handle(.moved, at: now).isEmpty && transfer.state == .ringing)
        _ = transfer.handle(.left(.agent, .hungUp), at: now)
        _ = transfer.handle(.answered(isAgent: false), at: now)
        #expect(transfer.state == .completed)
    }

    @Test func `a blind transfer that is not answered comes back to the agent`() {
        let begin: [TransferSignal] = [.valid, .moved, .returning(dialStatus: "BUSY")]
        let (transfer, _) = play(.blind, begin + [.answered(isAgent: true)])
        #expect(transfer.state == .returned && transfer.result == .init(code: "busy", dialStatus: "BUSY"))
        let nobody = play(.blind, begin + [.left(.customer, .noAnswer)]).0
        #expect(nobody.state == .failed && nobody.result?.code == "return_unanswered")
        let picked = play(.blind, begin + [.answered(isAgent: false)]).0
        #expect(picked.state == .completed && picked.result == nil)
    }

    @Test func `without the dialplan a busy target ends the call, and the transfer says why`() {
        let (transfer, _) = play(.blind, [.valid, .moved, .left(.customer, .busy)])
        #expect(transfer.state == .failed && transfer.result?.code == "busy")
        #expect(play(.blind, [.valid, .moved, .left(.customer, .hungUp)]).0.result?.code == "customer_left")
    }

    @Test func `a transfer to a queue ends with an agent, without one, or with the customer gone`() {
        let begin: [TransferSignal] = [.valid, .moved, .queued]
        #expect(play(.queue, [.valid]).last == [.queueTransfer] && play(.queue, begin).0.state == .queued)
        #expect(play(.queue, begin + [.answered(isAgent: false)]).0.state == .completed)
        #expect(play(.queue, begin + [.abandoned, .left(.customer, .hungUp)]).0.state == .abandoned)
        let empty = play(.queue, begin + [.returning(dialStatus: "JOINEMPTY"), .answered(isAgent: true)]).0
        #expect(empty.state == .returned && empty.result?.code == "queue_empty")
    }

    @Test func `a cause of Asterisk has the name that users know`() {
        #expect(
            [16, 17, 18, 19, 20, 21, 3, 0].map { TransferFailure(cause: $0).rawValue } == [
                "hung_up", "busy", "no_answer", "no_answer", "unreachable", "rejected", "unreachable", "unreachable",
            ]
        )
    }
}
