import Basics
import HTTP
import LiveCalls

/// Transfers of calls: begins them for clients, runs them, and takes up those that an earlier run has left.
///
/// `TransferRequest` says what is asked for, `TransferChecks` whether it can be done, `TransferRun` does it.
final class TransferService: Service {
    private struct State {
        var runs: [String: TransferRun] = [:]
        /// Those that wait for `run`.
        var waiting: [Start] = []
        var isStopped = false
    }

    private struct Start: Sendable {
        let run: TransferRun
        let commands: [TransferCommand]?
    }

    let name = "transfers"
    let tools: TransferTools
    private var log: Logger { tools.log }
    private let historyDays: Int
    private let state = Lock(State())
    private let starts = WakeSignal()

    /// The most transfers at a time.
    private static let limit = 1000

    init(_ tools: TransferTools, historyDays: Int) {
        self.tools = tools
        self.historyDays = historyDays
        tools.live.observe { [signs = tools.signs] event in signs.take(event) }
    }

    /// How many are at work.
    var count: Int { state.withLock { $0.runs.count } }

    // MARK: Running

    func run() async throws {
        await takeUp()
        await withDiscardingTaskGroup { group in
            group.addTask { [self] in await deleteOld() }
            while !Task.isCancelled {
                let next = state.withLock { state in
                    defer { state.waiting = [] }
                    return state.waiting
                }
                for start in next {
                    group.addTask { [self] in
                        await start.run.run(start.commands)
                        state.withLock { $0.runs[start.run.record.id] = nil }
                    }
                }
                await starts.wait(until: .now + .seconds(3600))
            }
            group.cancelAll()
        }
        try Task.checkCancellation()
    }

    /// Goes on with the transfers that an earlier run has left, once the live state is true.
    private func takeUp() async {
        let records: [TransferRecord]
        do { records = try await tools.keeper.use { try $0.openTransfers() } } catch {
            log.error("unfinished transfers unreadable", [.init("error", "\(error)")])
            return
        }
        for record in records {
            log.warning(
                "unfinished transfer taken up",
                [.init("transfer_id", record.id), .init(own: "state", record.transfer.state.rawValue)]
            )
            launch(TransferRun(record, tools), nil)
        }
    }

    private func launch(_ run: TransferRun, _ commands: [TransferCommand]?) {
        state.withLock { state in
            state.runs[run.record.id] = run
            state.waiting.append(Start(run: run, commands: commands))
        }
        starts.ring()
    }

    private func deleteOld() async {
        while !Task.isCancelled {
            let limit = Timestamp.now().adding(.seconds(historyDays) * -86_400)
            while let count = try? await tools.keeper.use({ try $0.deleteTransfers(endedBefore: limit, limit: 1000) }),
                count == 1000
            {}
            try? await Task.sleep(for: .seconds(3600))
        }
    }

    // MARK: For clients

    /// Begins a transfer; returns once it is stored.
    func begin(_ request: TransferRequest, by caller: Caller) async throws(RequestFailure) -> TransferRecord {
        let target = try tools.service.target(
            try callID(request),
            caller,
            .transferCalls,
            for: request.extension
        )
        guard target.call.endedAt == nil else { throw target.wrongState }
        let checks = TransferChecks(tools)
        try checks.checkRights(request, target, caller.account)
        return try await tools.service.alone(on: target) { _ throws(RequestFailure) in
            let (own, far) = try checks.parties(request, target)
            let returns = try await checks.check(request, from: target.extension)
            guard count < Self.limit else { throw CallsFailure.pbxBusy.because("Too many transfers", retryAfter: 5) }
            let id = ChannelID.next(at: .now())
            var plan = Transfer.Plan(
                id: "transfer_" + id.dropFirst("ac-".count),
                type: request.type,
                callID: target.call.id[...].text,
                from: target.extension,
                target: request.target.description,
                context: request.context.description,
                by: caller.account.username
            )
            plan.ringTime = tools.service.configuration.ringTime
            plan.returns = returns
            if !returns {
                log.warning(
                    "transfer without a way back",
                    [.init("transfer_id", plan.id), .init(own: "context", tools.contexts.transfer)]
                )
            }
            var record = TransferRecord(
                transfer: Transfer(plan, at: .now()),
                customer: far.id[...].text,
                agent: own.id[...].text,
                target: request.type == .managed ? id : ""
            )
            var commands = record.transfer.handle(.valid, at: .now())
            // A call that is held so has no bridge to leave.
            if target.call.hold?.method == .redirect { commands.removeAll { $0 == .hold } }
            record.step = commands.map(\.name).joined(separator: ", ")
            record.revision = 1
            let stored = record
            do { try await tools.keeper.use { try $0.put(stored) } } catch {
                throw CallsFailure.databaseOff.because("The database cannot be used", retryAfter: 5)
            }
            tools.mark(stored, isTransferring: true)
            launch(TransferRun(stored, tools), commands)
            return stored
        }
    }

    private func callID(_ request: TransferRequest) throws(RequestFailure) -> String {
        switch request.subject {
        case .call(let id): return id
        case .channel(let id):
            let call = tools.live.read { model in model.call(ofChannel: LiveModel.id(id))?.id }
            guard let call else { throw CallsFailure.callNotFound.because("Call not found") }
            return call[...].text
        }
    }

    /// Hands in what a user wants, and waits for what comes of it, but not for ever.
    func tell(_ id: String, _ signal: TransferSignal, by caller: Caller) async throws(RequestFailure) -> TransferRecord
    {
        let record = try await find(id, for: caller)
        guard caller.account.may(.transferCalls, callOf: record.plan.from) else {
            throw CallsFailure.forbidden.because("Transfer belongs to another extension")
        }
        guard let run = state.withLock({ $0.runs[id] }), run.post(signal) else {
            throw CallsFailure.wrongState.because("Transfer is \(record.transfer.state.rawValue)")
        }
        _ = await tools.live.outcome(until: .now + tools.commands.configuration.patience) { _ in
            run.record.transfer.state.isEnded ? true : nil
        }
        return run.record
    }

    /// A transfer that the caller may see.
    func find(_ id: String, for caller: Caller) async throws(RequestFailure) -> TransferRecord {
        var record = state.withLock { $0.runs[id] }?.record
        if record == nil { record = try await stored { try $0.transfer(id) } }
        guard let record, Self.sees(record, caller.account) else {
            throw CallsFailure.transferNotFound.because("Transfer not found")
        }
        return record
    }

    /// A page of transfers that the caller may see, newest first.
    func page(_ filter: TransferFilter, for caller: Caller, limit: Int) async throws(RequestFailure) -> [TransferRecord]
    {
        var filter = filter
        if caller.account.role < .manager {
            filter.user = caller.account.username
            filter.extension = caller.account.extension
        }
        let narrowed = filter
        return try await stored { try $0.transferPage(narrowed, limit: limit) }
    }

    private func stored<Result: Sendable>(
        _ body: @Sendable (CallsStore) throws -> Result
    ) async throws(RequestFailure) -> Result {
        do { return try await tools.keeper.use(body) } catch {
            throw CallsFailure.databaseOff.because("The database cannot be used", retryAfter: 5)
        }
    }

    private static func sees(_ record: TransferRecord, _ account: Account) -> Bool {
        let plan = record.plan
        return account.role >= .manager || plan.by == account.username
            || !account.extension.isEmpty && [plan.from, plan.target].contains(account.extension)
    }
}
