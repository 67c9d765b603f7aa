import AMI
import Basics
import LiveCalls

/// Keeps the live state true: reads events, asks for the lists where events may be missing, and compares from time to
/// time.
///
/// The lists are asked for after each login, a loss of events, a start of Asterisk or a reload, and each `interval`. One
/// after the other, on the connection that brings the events, so that each has its place among them.
final class PBXFollower: Service {
    struct Configuration: Sendable {
        /// How often the model is compared with the PBX.
        var interval = Duration.seconds(60)
        /// How long a list may take.
        var patience = Duration.seconds(30)
        /// The wait after a list that was not complete.
        var retry = Duration.seconds(1)
        /// How often what ends by time is looked at.
        var tick = Duration.milliseconds(250)

        init() {}
    }

    let name = "live"
    private let client: AMIClient
    private let ring: EventRing
    private let live: LiveState
    private let configuration: Configuration
    private let figures: LiveFigures
    private let log: Logger
    /// Why the lists are to be read; `nil` while they need not.
    private let wish = Lock<SyncReason?>(nil)
    private let wishes = WakeSignal()
    /// Those who wait until all lists were read that begin from now on.
    private let lookers = Lock<[Promise<Bool>]>([])
    /// The most of them.
    private static let mostLookers = 1000

    /// The classes of events that the model needs (main/manager.c; Asterisk leaves out those that the user may not read).
    private static let classes = ["system", "call", "agent", "user", "reporting"]

    init(
        _ client: AMIClient,
        _ live: LiveState,
        _ configuration: Configuration = Configuration(),
        figures: LiveFigures = .unregistered(),
        log: Logger
    ) {
        self.client = client
        self.live = live
        self.configuration = configuration
        self.figures = figures
        self.log = log
        ring = client.subscribe(
            events: LiveModel.eventNames + LiveList.eventNames + TransferSigns.eventNames + ["Reload"],
            classes: Self.classes
        )
    }

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in await consume() }
            group.addTask { [self] in try await client.run() }
            group.addTask { [self] in try await synchronise() }
            group.addTask { [self] in try await tick() }
            _ = try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// Applies what comes, until the client has stopped.
    private func consume() async {
        for await delivery in ring {
            switch delivery {
            case .events(let batch): if let reason = live.apply(batch) { ask(reason) }
            case .gap(let gap):
                live.dropList()
                ask(gap.cause == .processDown || gap.cause == .disconnected ? .login : .gap)
            }
        }
        live.dropList()
    }

    private func ask(_ reason: SyncReason) {
        // A comparison must not take the place of a reason by which the state is stale.
        wish.withLock { if $0 == nil || !reason.isComparison { $0 = reason } }
        wishes.ring()
    }

    /// Compares the model with the lists of the PBX, and waits for that.
    ///
    /// - Returns: false when it was not done within `limit`.
    func look(within limit: Duration) async -> Bool {
        let done = Promise<Bool>()
        let isWaiting = lookers.withLock { lookers in
            guard lookers.count < Self.mostLookers else { return false }
            lookers.append(done)
            return true
        }
        guard isWaiting, client.status.isOnline else { return false }
        ask(.command)
        let timer = Task {
            try? await Task.sleep(for: limit)
            done.fulfil(false)
        }
        defer { timer.cancel() }
        return await done.value
    }

    /// Reads the lists whenever they are wanted.
    private func synchronise() async throws {
        var next = ContinuousClock.now + configuration.interval
        while !Task.isCancelled {
            await wishes.wait(until: next)
            try Task.checkCancellation()
            let wanted = wish.withLock { wish in
                defer { wish = nil }
                return wish
            }
            guard let reason = wanted ?? (ContinuousClock.now >= next ? .timer : nil) else { continue }
            next = .now + configuration.interval
            guard client.status.isOnline else { continue }
            if !reason.isComparison { live.setSync(.syncing(reason)) }
            let waiting = lookers.withLock { lookers in
                defer { lookers = [] }
                return lookers
            }
            defer { for looker in waiting { looker.fulfil(false) } }
            figures.syncs[reason]?.add()
            do throws(AMIError) {
                if try await readLists(reason) {
                    live.setSync(.synced(at: .now()))
                    for looker in waiting { looker.fulfil(true) }
                    if !reason.isComparison { log.info("live state in step", [.init(own: "reason", reason.rawValue)]) }
                    continue
                }
            } catch {
                log.warning("lists of Asterisk unavailable", [.init("error", error)])
            }
            // The next login asks by itself.
            guard client.status.isOnline else { continue }
            try await Task.sleep(for: configuration.retry)
            if wish.withLock({ $0 == nil }) { ask(reason.isComparison ? .timer : .retry) }
        }
    }

    /// Reads all lists; false when one was not complete.
    private func readLists(_ reason: SyncReason) async throws(AMIError) -> Bool {
        if let status = try await answer(to: AMIAction("CoreStatus")) {
            let start = [HeaderName.coreStartupDate, .coreStartupTime].map { Array(status.response[$0] ?? []) }
            live.noteRestart(Array(start.joined()))
        }
        for kind in LiveList.Kind.all {
            guard try await read(kind, reason) else { return false }
            guard kind == .bridges else { continue }
            for bridge in live.bridgeIDs where try await !read(.bridge(bridge), reason) { return false }
        }
        return true
    }

    /// Reads one list; true also when Asterisk refuses it, because a module or a right is missing, or a bridge is gone.
    private func read(_ kind: LiveList.Kind, _ reason: SyncReason) async throws(AMIError) -> Bool {
        let outcome = live.expect(kind, reason)
        guard let reply = try await answer(to: kind.action) else {
            live.dropList()
            return true
        }
        guard reply.end != nil else {
            live.dropList()
            return false
        }
        return await outcome.value
    }

    /// The answer to an action; `nil` when it was refused.
    private func answer(to action: AMIAction) async throws(AMIError) -> AMIReply? {
        do throws(AMIError) {
            return try await client.send(action, within: configuration.patience)
        } catch {
            guard case .actionRefused(let name, let message) = error else {
                live.dropList()
                throw error
            }
            log.debug("list refused", [.init(own: "action", name), Logger.Field("answer", message).masked])
            return nil
        }
    }

    /// Looks at time: what ends by itself, and whether the connection is there.
    private func tick() async throws {
        while true {
            try await Task.sleep(for: configuration.tick)
            live.advance()
            live.hub.checkLogins()
            if !client.status.isOnline, live.sync != .waiting {
                if case .down = live.sync { continue }
                live.setSync(.down(since: .now()))
            }
        }
    }
}

extension HeaderName {
    fileprivate static let coreStartupDate: HeaderName = "CoreStartupDate"
    fileprivate static let coreStartupTime: HeaderName = "CoreStartupTime"
}

extension HeaderName {
    /// Of the event Reload.
    static let module: HeaderName = "Module"
}
