import Basics
import Delivery
import HTTP

/// A receiver that answers as told and keeps what it took.
final class ScriptedReceiver: RecordsReceiver {
    struct Request {
        let key: String
        let body: [UInt8]
        let isGzip: Bool
        /// Requests at work when it came, itself included.
        let inFlight: Int

        /// The bytes that came, unpacked.
        var plain: [UInt8] { isGzip ? (try? Gzip.decompress(body, limit: 1 << 24)) ?? [] : body }

        /// The JSON that came, unpacked.
        var json: JSONValue { (try? JSONParser.parse(plain[...])) ?? .null }

        /// The numbers of its records, in order.
        var numbers: [Int] {
            ["cdrs", "cels"].flatMap { json[$0]?.elements ?? [] }.compactMap { $0["n"]?.integer }
        }

        /// The calls of its records.
        var calls: Set<String> {
            Set(["cdrs", "cels"].flatMap { json[$0]?.elements ?? [] }.compactMap { $0["call"]?.string })
        }
    }

    private struct State {
        var outcomes: [DeliveryOutcome]
        var requests: [Request] = []
        var inFlight = 0
        var mostInFlight = 0
        var accepted: [Int] = []
        var callsInFlight: [String] = []
        var hasOverlap = false
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    static let accepted = DeliveryOutcome.answered(status: 202, retryAfter: nil, body: [])

    private let state: Lock<State>
    private let answer: @Sendable (Request) -> DeliveryOutcome
    let wakeSignal = WakeSignal()

    /// - Parameters:
    ///   - outcomes: one for each request, in order.
    ///   - answer: to all further ones.
    init(
        _ outcomes: [DeliveryOutcome] = [],
        answer: @escaping @Sendable (Request) -> DeliveryOutcome = { _ in ScriptedReceiver.accepted }
    ) {
        state = Lock(State(outcomes: outcomes))
        self.answer = answer
    }

    static func refusal(_ status: Int) -> DeliveryOutcome {
        .answered(status: status, retryAfter: nil, body: Array("not acceptable".utf8))
    }

    /// The numbers of the records it took, in the order of its answers.
    var accepted: [Int] { state.withLock { $0.accepted.map { $0 } } }

    /// Whether two requests at once had records of the same call.
    var hasOverlap: Bool { state.withLock { $0.hasOverlap } }

    var requests: [Request] { state.withLock { $0.requests.map { $0 } } }
    var mostInFlight: Int { state.withLock { $0.mostInFlight } }

    /// Keeps requests waiting until `release`.
    func hold() { state.withLock { $0.isHeld = true } }

    func release() {
        let held = state.withLock { state in
            state.isHeld = false
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    func send(_ request: RecordsRequest) async -> DeliveryOutcome {
        let (come, scripted, isHeld) = state.withLock { state in
            state.inFlight += 1
            state.mostInFlight = max(state.mostInFlight, state.inFlight)
            let come = Request(
                key: request.idempotencyKey,
                body: request.body,
                isGzip: request.isGzip,
                inFlight: state.inFlight
            )
            state.requests.append(come)
            let calls = come.calls
            if !calls.isDisjoint(with: state.callsInFlight) { state.hasOverlap = true }
            state.callsInFlight += calls
            return (come, state.outcomes.isEmpty ? nil : state.outcomes.removeFirst(), state.isHeld)
        }
        let outcome = scripted ?? answer(come)
        wakeSignal.ring()
        if isHeld {
            await withCheckedContinuation { continuation in
                let isFree = state.withLock { state in
                    if state.isHeld { state.held.append(continuation) }
                    return !state.isHeld
                }
                if isFree { continuation.resume() }
            }
        }
        // Lets others come meanwhile.
        for _ in 0..<10 { await Task.yield() }
        state.withLock { state in
            state.inFlight -= 1
            for call in come.calls {
                if let at = state.callsInFlight.firstIndex(of: call) { state.callsInFlight.remove(at: at) }
            }
            if case .answered(let status, _, _, _) = outcome, [200, 201, 202, 204].contains(status) {
                state.accepted += come.numbers
            }
        }
        return outcome
    }

    /// Waits until so many requests came.
    func waitForRequests(_ count: Int) async {
        while requests.count < count, !Task.isCancelled { await wakeSignal.wait(until: .now + .milliseconds(50)) }
    }
}
