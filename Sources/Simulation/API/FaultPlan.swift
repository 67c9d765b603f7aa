import Basics

/// Decides which fault each request gets, only from a behaviour and the given time.
struct FaultPlan: Sendable {
    let behaviour: Behaviour
    private var generator: SplitMix64
    private var count = 0

    init(_ behaviour: Behaviour) {
        self.behaviour = behaviour
        generator = SplitMix64(seed: behaviour.seed)
    }

    /// The fault of the next request; `nil` for none.
    ///
    /// - Parameter elapsed: the time since the behaviour was set.
    mutating func next(after elapsed: Duration) -> Fault? {
        count += 1
        guard count > behaviour.sequence.count else { return behaviour.sequence[count - 1] }
        guard !behaviour.faults.isEmpty, behaviour.window?.contains(elapsed) ?? true else { return nil }
        if let first = behaviour.firstCount, count - behaviour.sequence.count > first { return nil }
        guard Double.random(in: 0..<1, using: &generator) < behaviour.probability else { return nil }
        return behaviour.faults.randomElement(using: &generator)
    }
}
