import Basics
import HTTP

/// Handles a request of records in the simulated API: applies a fault, checks, accepts, answers.
final class RecordReceiver: Sendable {
    private struct State {
        var plan: FaultPlan
        var planStart = ContinuousClock.now
        var ledger: Ledger
    }

    private let state: Lock<State>
    private let contract: Contract
    private let countsOnly: Bool
    private let log: RecordLog?
    private let refusalLog: RecordLog?
    private let didTake: (@Sendable () -> Void)?

    init(_ configuration: SimulatedAPI.Configuration) throws(SimulatedAPIError) {
        let ledger = Ledger(keptCount: configuration.keptRecords, trackedCount: configuration.trackedRecords)
        state = Lock(State(plan: FaultPlan(configuration.behaviour), ledger: ledger))
        contract = Contract(token: configuration.token)
        countsOnly = configuration.countsOnly
        didTake = configuration.didTake
        do throws(SystemError) {
            log = try configuration.logFile.map { (path) throws(SystemError) in try RecordLog(path) }
            refusalLog = try configuration.refusalLogFile.map { (path) throws(SystemError) in try RecordLog(path) }
        } catch {
            throw .log(error)
        }
    }

    var statistics: APIStatistics { state.withLock { $0.ledger.statistics } }
    var keptRecords: [ReceivedRecord] { state.withLock { $0.ledger.kept } }

    func hasReceived(_ recordID: String) -> Bool { state.withLock { $0.ledger.contains(recordID) } }

    func setBehaviour(_ behaviour: Behaviour) {
        state.withLock { state in
            state.plan = FaultPlan(behaviour)
            state.planStart = .now
        }
    }

    func respond(to request: ServerRequest) -> ServerResponse {
        let response = answer(to: request)
        if let refusalLog, [400, 413, 422].contains(response.status) { note(request, in: refusalLog) }
        return response
    }

    /// Logs a record that was refused in a request of its own.
    private func note(_ request: ServerRequest, in log: RecordLog) {
        let encoding = request.headers["Content-Encoding"]
        guard let body = try? contract.decompressed(request.body, encoding: encoding),
            let records = RecordScanner.records(in: body), records.count == 1
        else { return }
        try? log.append(records, key: "", at: .now())
    }

    private func answer(to request: ServerRequest) -> ServerResponse {
        let (fault, behaviour) = state.withLock { state in
            let fault = state.plan.next(after: .now - state.planStart)
            state.ledger.count(faulty: fault != nil)
            return (fault, state.plan.behaviour)
        }
        if let refusal = Self.refusal(fault) { return refusal }
        if behaviour.refusesGzip || fault == .gzipRefused, request.headers["Content-Encoding"] == "gzip" {
            let status = fault == .gzipRefused ? 415 : behaviour.gzipStatus
            var response = ServerResponse.error("compressed bodies are not taken", status: status)
            response.headers.append("Accept-Encoding", "identity")
            return response
        }
        do throws(Contract.Violation) {
            return try take(request, fault, behaviour)
        } catch {
            state.withLock { $0.ledger.count(error) }
            return .error(error.reason, status: error.status)
        }
    }

    /// The response of a fault that prevents the request from being read.
    static func refusal(_ fault: Fault?) -> ServerResponse? {
        switch fault {
        case .status(let status, let retryAfter, let body):
            var response = ServerResponse(status: status, text: body)
            if let retryAfter { response.headers.append("Retry-After", retryAfter) }
            return response
        case .hang(let duration): return .hang(duration)
        case .reset: return .reset
        case .html:
            let page = "<!DOCTYPE html><html><body>Please sign in to use this network.</body></html>"
            return ServerResponse(status: 200, text: page, contentType: "text/html; charset=utf-8")
        case .slow, .answerLost, .wrongCount, .answer, .gzipRefused, nil: return nil
        }
    }

    private func take(
        _ request: ServerRequest,
        _ fault: Fault?,
        _ behaviour: Behaviour
    ) throws(Contract.Violation) -> ServerResponse {
        let key = try contract.check(request.headers)
        let body = try contract.decompressed(request.body, encoding: request.headers["Content-Encoding"])
        let records = try contract.records(in: body, parses: !countsOnly)
        if behaviour.hasPoison, let poison = records.first(where: { behaviour.isPoison($0.uniqueID) }) {
            state.withLock { $0.ledger.countPoison() }
            return .error("the record with the uniqueid \(poison.uniqueID) is not acceptable", status: 400)
        }
        let digest = Digest.sha256(body)
        let size = request.body.count
        let result: Result<(Int, Int), Contract.Violation> = state.withLock { state in
            let before = state.ledger.statistics.distinct
            do throws(Contract.Violation) {
                try state.ledger.apply(records, key: key, digest: digest, size: size)
                return .success((state.ledger.statistics.applied, state.ledger.statistics.distinct - before))
            } catch {
                return .failure(error)
            }
        }
        let (number, new) = try result.get()
        do throws(SystemError) {
            try log?.append(records, key: key, at: .now())
        } catch {
            return .error("\(error)", status: 507)
        }
        didTake?()
        return Self.acceptance(of: behaviour.countsNew ? new : records.count, number: number, fault)
    }

    /// The answer to accepted records, modified by the fault.
    private static func acceptance(of count: Int, number: Int, _ fault: Fault?) -> ServerResponse {
        guard fault != .answerLost else { return .reset }
        if let acceptance = fault?.acceptance { return acceptance }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("queued_count")
        writer.integer(fault == .wrongCount ? count - 1 : count)
        writer.key("job_ids")
        writer.beginArray()
        writer.string("job-\(number)")
        writer.endArray()
        writer.endObject()
        let headers: HTTPHeaders = ["Content-Type": "application/json"]
        var response = ServerResponse(status: 202, headers: headers, body: writer.bytes)
        if case .slow(let duration) = fault { response.delay = duration }
        return response
    }
}
