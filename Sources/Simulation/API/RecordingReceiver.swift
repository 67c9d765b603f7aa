import Basics
import HTTP

/// Handles a request with a recording in the simulated API: applies a fault, checks, accepts, answers.
final class RecordingReceiver: Sendable {
    /// How many recordings are kept.
    private static let keptCount = 100_000

    private let state = Lock(FormReceiverState<ReceivedRecording>())
    private let contract: Contract

    init(_ contract: Contract) { self.contract = contract }

    var received: [ReceivedRecording] {
        // A deep copy, because the thread sanitizer does not understand how arrays share memory.
        state.withLock { $0.received.map { $0 } }
    }
    var statistics: RecordingStatistics { state.withLock { $0.statistics } }

    func setBehaviour(_ behaviour: Behaviour) { state.withLock { $0.set(behaviour) } }

    func respond(to request: ServerRequest) -> ServerResponse {
        let fault = state.withLock { $0.nextFault() }
        if let refusal = RecordReceiver.refusal(fault) { return refusal }
        do throws(Contract.Violation) {
            try contract.checkSender(request.headers)
            let key = try contract.checkKey(request.headers)
            guard let sink = request.sink as? RecordingSink else { throw Contract.Violation("there is no body") }
            let recording = try sink.finish(key: key)
            let isPoison = state.withLock { state in
                ["recording_id", "call_id"].contains { state.plan.behaviour.isPoison(recording.fields[$0] ?? "") }
            }
            guard !isPoison else {
                state.withLock { $0.statistics.poisoned += 1 }
                return .error("this recording is not acceptable", status: 400)
            }
            state.withLock { $0.accept(recording, bytes: recording.size, limit: Self.keptCount) }
        } catch {
            state.withLock { $0.statistics.note(violation: error.reason) }
            return .error(error.reason, status: error.status)
        }
        guard fault != .answerLost else { return .reset }
        if let acceptance = fault?.acceptance { return acceptance }
        let headers: HTTPHeaders = ["Content-Type": "application/json"]
        var response = ServerResponse(status: 202, headers: headers, body: Array(#"{"queued_count":1}"#.utf8))
        if case .slow(let duration) = fault { response.delay = duration }
        return response
    }
}
