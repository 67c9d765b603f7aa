import AMI
import Basics

/// Carries actions to the PBX, on connections of their own that bring no events.
///
/// **Invariants.**
/// - An action is sent once at most: what was sent and not answered is `unknown`, and never sent again.
/// - Each reply comes within `patience`. At most `pendingLimit` actions wait for their answers.
/// - An action goes to the connection with the fewest that wait, so one that hangs holds up no others.
/// - What the AMI user may do is asked for after each login, and what a denied action shows is kept until the next one.
///
/// With one connection the actions share that of the events. So no action of a list may be sent here: its items would be
/// taken for those of the live state. Any task may call `send`.
///
/// ```swift
/// switch await commands.send(try CallActions.bridge(customer, agent)) {
/// case .answered: …                       // now wait for the events
/// case .refused(let message): …
/// case .denied, .unknown, .down, .busy: …
/// }
/// ```
final class CommandConnections: Service {
    struct Configuration: Sendable {
        /// How long an answer may take.
        var patience = Duration.seconds(5)
        /// The most actions that wait for answers.
        var pendingLimit = 256
        /// How often the logins are looked at.
        var tick = Duration.milliseconds(200)

        init() {}
    }

    /// One connection, for people.
    struct Line: Sendable {
        let status: AMIClient.Status
        /// The actions that wait for their answers.
        let pending: Int
    }

    private struct State {
        /// By connection.
        var pending: [Int]
        /// The number of the login at which each was asked for its rights.
        var probed: [Int]
        var rights: [AMIRight: Bool] = [:]
    }

    let name = "commands"
    let configuration: Configuration
    private let clients: [AMIClient]
    /// Whether another service runs the connection.
    private let isShared: Bool
    private let state: Lock<State>
    private let figures: CommandFigures
    private let log: Logger

    /// - Parameters:
    ///   - clients: one or more, which `run` runs.
    ///   - events: the connection that carries actions when there are no others.
    init(
        _ clients: [AMIClient],
        or events: AMIClient,
        _ configuration: Configuration = Configuration(),
        figures: CommandFigures = .unregistered(),
        log: Logger
    ) {
        isShared = clients.isEmpty
        self.clients = clients.isEmpty ? [events] : clients
        self.configuration = configuration
        self.figures = figures
        self.log = log
        let zeros = Array(repeating: 0, count: self.clients.count)
        state = Lock(State(pending: zeros, probed: zeros))
    }

    /// Whether an action could be sent now.
    var isOnline: Bool { clients.contains { $0.status.isOnline } }

    /// How many connections are logged in; 0 when the actions share that of the events.
    var onlineCount: Int { isShared ? 0 : clients.count { $0.status.isOnline } }

    /// The connections of commands; none when the actions share that of the events.
    var lines: [Line] {
        let pending = state.withLock { $0.pending.map { $0 } }
        return isShared ? [] : zip(clients, pending).map { Line(status: $0.status, pending: $1) }
    }

    /// The actions that wait for their answers, on all connections.
    var pendingCount: Int { state.withLock { $0.pending.reduce(0, +) } }

    /// Whether the AMI user has a right; `nil` until the PBX was asked.
    func may(_ right: AMIRight) -> Bool? { state.withLock { $0.rights[right] } }

    /// Sends an action, and waits for its answer.
    ///
    /// Cancelling the task does not take the action back, nor end the wait.
    func send(_ action: AMIAction) async -> CommandReply {
        let start = ContinuousClock.now
        let reply = await carry(action)
        figures.note(action.name, reply.result, after: .now - start)
        return reply
    }

    private func carry(_ action: AMIAction) async -> CommandReply {
        let online = clients.indices.filter { clients[$0].status.isOnline }
        guard !online.isEmpty else { return .down }
        let chosen = state.withLock { state -> Int? in
            guard state.pending.reduce(0, +) < configuration.pendingLimit,
                let index = online.min(by: { state.pending[$0] < state.pending[$1] })
            else { return nil }
            state.pending[index] += 1
            return index
        }
        guard let chosen else { return .busy }
        let reply = await exchange(action, over: clients[chosen])
        state.withLock { $0.pending[chosen] -= 1 }
        if case .denied = reply, let right = AMIRight(action: action.name) { note(right, false) }
        return reply
    }

    private func exchange(_ action: AMIAction, over client: AMIClient) async -> CommandReply {
        do throws(AMIError) {
            return .answered(try await client.send(action, within: configuration.patience))
        } catch {
            return CommandReply(error)
        }
    }

    // MARK: Rights

    private func note(_ right: AMIRight, _ isThere: Bool) {
        let before = state.withLock { $0.rights.updateValue(isThere, forKey: right) }
        guard before != isThere, !isThere else { return }
        log.warning("right of the AMI user missing", [.init(own: "write", right.rawValue)])
    }

    /// Asks for the rights of connections that have logged in since the last look.
    private func probe() async {
        for (index, client) in clients.enumerated() {
            let status = client.status
            guard status.isOnline, state.withLock({ $0.probed[index] }) != status.logins else { continue }
            var isComplete = true
            for right in AMIRight.commands {
                guard let action = try? right.probe else { continue }
                switch await exchange(action, over: client) {
                case .denied: note(right, false)
                case .answered, .refused: note(right, true)
                case .unknown, .down, .busy: isComplete = false
                }
            }
            if isComplete { state.withLock { $0.probed[index] = status.logins } }
        }
    }

    /// Keeps the connections, until cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if !isShared { for client in clients { group.addTask { try await client.run() } } }
            group.addTask { [self] in
                while true {
                    await probe()
                    try await Task.sleep(for: configuration.tick)
                }
            }
            _ = try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
