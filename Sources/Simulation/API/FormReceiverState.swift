import Basics

/// What a receiver of forms in the simulated API knows: its faults, its statistics, and the messages it accepted.
struct FormReceiverState<Message: Sendable>: Sendable {
    private(set) var plan = FaultPlan(Behaviour())
    private var planStart = ContinuousClock.now
    private(set) var received: [Message] = []
    var statistics = RecordingStatistics()

    /// Sets the faults, whose times count from now on.
    mutating func set(_ behaviour: Behaviour) {
        plan = FaultPlan(behaviour)
        planStart = .now
    }

    /// Counts a request; returns the fault that it meets.
    mutating func nextFault() -> Fault? {
        let fault = plan.next(after: .now - planStart)
        statistics.requests += 1
        if fault != nil { statistics.faults += 1 }
        return fault
    }

    /// Counts an accepted message, and keeps it while there are fewer than `limit`.
    mutating func accept(_ message: Message, bytes: Int, limit: Int) {
        statistics.applied += 1
        statistics.bytes += bytes
        if received.count < limit { received.append(message) }
    }
}
