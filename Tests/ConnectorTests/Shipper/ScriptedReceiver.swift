import Basics
import Connector
import HTTP

/// A receiver that answers as told and keeps what it took.
final class ScriptedReceiver: RecordsReceiver {
    struct Request {
        let key: String
        let body: [UInt8]
        let isGzip: Bool

        /// The JSON that came, unpacked.
        var json: JSONValue {
            let bytes = isGzip ? (try? Gzip.decompress(body, limit: 1 << 24)) ?? [] : body
            return (try? JSONParser.parse(bytes[...])) ?? .null
        }

        /// The numbers of its records, in order.
        var numbers: [Int] {
            ["cdrs", "cels"].flatMap { json[$0]?.elements ?? [] }.compactMap { $0["n"]?.integer }
        }
    }

    private struct State {
        var outcomes: [RecordsOutcome]
        var requests: [Request] = []
        var inFlight = 0
        var mostInFlight = 0
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    static let accepted = RecordsOutcome.answered(status: 202, retryAfter: nil, body: [])

    private let state: Lock<State>
    let bell = Bell()

    /// - Parameter outcomes: one for each request, in order; all further ones are accepted.
    init(_ outcomes: [RecordsOutcome] = []) { state = Lock(State(outcomes: outcomes)) }

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

    func send(_ request: RecordsRequest) async -> RecordsOutcome {
        let (outcome, isHeld) = state.withLock { state in
            state.requests.append(Request(key: request.idempotencyKey, body: request.body, isGzip: request.isGzip))
            state.inFlight += 1
            state.mostInFlight = max(state.mostInFlight, state.inFlight)
            return (state.outcomes.isEmpty ? Self.accepted : state.outcomes.removeFirst(), state.isHeld)
        }
        bell.ring()
        if isHeld {
            await withCheckedContinuation { continuation in
                let isFree = state.withLock { state in
                    if state.isHeld { state.held.append(continuation) }
                    return !state.isHeld
                }
                if isFree { continuation.resume() }
            }
        }
        state.withLock { $0.inFlight -= 1 }
        return outcome
    }

    /// Waits until so many requests came.
    func waitForRequests(_ count: Int) async {
        while requests.count < count, !Task.isCancelled { await bell.wait(until: .now + .milliseconds(50)) }
    }
}
