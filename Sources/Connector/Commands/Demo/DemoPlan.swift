import Basics
import Daemon
import Simulation

/// The options of a demo.
struct DemoPlan {
    let calls: Int
    /// Events per second; `nil` is line speed.
    let rate: Double?
    let seed: Int
    let hasFaults: Bool

    init(_ invocation: Invocation) {
        calls = invocation.integer("calls") ?? 300
        rate = invocation.integer("rate").flatMap { $0 > 0 ? Double($0) : nil }
        seed = invocation.integer("seed") ?? Int.random(in: 0..<1_000_000)
        hasFaults = invocation.flag("faults")
    }

    /// An API that fails half of the requests in its first three seconds, in various ways.
    var trouble: Behaviour {
        var behaviour = Behaviour()
        guard hasFaults else { return behaviour }
        behaviour.faults = [
            .status(503, retryAfter: "1"), .status(429), .status(500), .reset, .answerLost, .html, .hang(.seconds(1)),
        ]
        behaviour.probability = 0.5
        behaviour.window = .zero..<Duration.seconds(3)
        behaviour.seed = UInt64(seed)
        // Ensures that even a short demo has some faults.
        behaviour.sequence = [.status(503), nil, .answerLost]
        return behaviour
    }
}
