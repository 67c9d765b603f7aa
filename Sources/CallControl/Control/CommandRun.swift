import AMI
import Basics
import Daemon
import HTTP
import LiveCalls

/// Sends the actions of a command, and waits for what they are to bring about.
///
/// Success is what the live state shows, never the answer of the PBX. When it shows nothing in time, the PBX is asked for
/// its lists; what they say counts, and without it the outcome is unknown (504).
struct CommandRun: Sendable {
    let commands: CommandConnections
    let live: LiveState
    /// Compares the live state with the PBX; false when that was not possible.
    let look: @Sendable (Duration) async -> Bool
    /// When it gives up sending.
    let sendUntil: ContinuousClock.Instant

    /// How long the lists of the PBX may take.
    private static let lookTime = Duration.seconds(3)

    /// Why an action did not work, or what came of it.
    private enum Ending<Goal: Sendable>: Sendable {
        case seen(Goal)
        case failed(CommandReply)
        case late
    }

    /// Sends actions one after the other, each once the one before was answered.
    ///
    /// - Returns: the answers. `nil` stands for an answer that did not come.
    @discardableResult
    func send(_ actions: [AMIAction]) async throws(RequestFailure) -> [AMIReply] {
        var replies: [AMIReply] = []
        for action in actions {
            try check(action, isFirst: replies.isEmpty)
            let reply = await commands.send(action)
            guard case .answered(let answer) = reply else { throw Self.failure(reply, action) }
            replies.append(answer)
        }
        return replies
    }

    /// Sends an action, and waits until the live state shows what it is to bring about.
    ///
    /// - Parameters:
    ///   - limit: how long that may take; `nil` for as long as an answer may.
    ///   - bearing: a refusal that says only that the goal is reached already, or nearly so.
    ///   - goal: looks for it in the live state.
    func send<Goal: Sendable>(
        _ action: AMIAction,
        within limit: Duration? = nil,
        bearing isHarmless: @escaping @Sendable (String) -> Bool = { _ in false },
        until goal: @escaping @Sendable (LiveModel) -> Goal?
    ) async throws(RequestFailure) -> Goal {
        try check(action, isFirst: true)
        let done = Promise<Ending<Goal>>()
        let watch = live.watch(done) { model in goal(model).map { .seen($0) } }
        Task { [commands] in
            switch await commands.send(action) {
            case .answered, .unknown: break
            case .refused(let message) where isHarmless(message): break
            case let reply: done.fulfil(.failed(reply))
            }
        }
        let timer = Task { [limit = limit ?? commands.configuration.patience] in
            try? await Task.sleep(for: limit)
            done.fulfil(.late)
        }
        defer {
            timer.cancel()
            live.endWatch(watch)
        }
        switch await done.value {
        case .seen(let goal): return goal
        case .failed(let reply):
            if case .refused = reply, let goal = live.read(goal) { return goal }
            throw Self.failure(reply, action)
        case .late:
            _ = await look(Self.lookTime)
            guard let goal = live.read(goal) else { throw Self.timeout }
            return goal
        }
    }

    private func check(_ action: AMIAction, isFirst: Bool) throws(RequestFailure) {
        if let right = AMIRight(action: action.name), commands.may(right) == false {
            throw Self.failure(.denied, action)
        }
        guard .now < sendUntil else {
            throw isFirst ? CallsFailure.pbxBusy.because("The PBX is too slow", retryAfter: 5) : Self.timeout
        }
    }

    static let timeout = CallsFailure.pbxTimeout.because("No answer from the PBX; the outcome is unknown")

    /// The answer to a client for an action that was not accepted.
    static func failure(_ reply: CommandReply, _ action: AMIAction) -> RequestFailure {
        switch reply {
        case .answered, .unknown: return timeout
        case .refused(let message):
            // Some messages of Asterisk end with a line feed.
            return CallsFailure.refusedByPBX.because(String(message.prefix(200)).trimmingBlanks)
        case .denied:
            let right = AMIRight(action: action.name)?.rawValue ?? "call"
            return CallsFailure.rightMissing.because("The AMI user lacks write=\(right)")
        case .down: return CallsFailure.pbxDown.because("The PBX is not connected", retryAfter: 5)
        case .busy: return CallsFailure.pbxBusy.because("Too many actions wait for the PBX", retryAfter: 1)
        }
    }
}
