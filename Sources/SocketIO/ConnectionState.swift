/// Where a client's connection to the namespace `/` stands.
///
/// A value that decides; the session keeps it behind its lock.
struct ConnectionState: Sendable {
    typealias Instant = ContinuousClock.Instant

    enum Phase: Sendable, Equatable {
        case none
        /// The client has asked, and the handler has not answered.
        case asked
        case accepted
        /// The session has ended.
        case ended
    }

    private(set) var phase = Phase.none
    /// When the session ends unless a connection is accepted.
    private var deadline: Instant

    init(deadline: Instant) { self.deadline = deadline }

    var isEnded: Bool { phase == .ended }
    var isAccepted: Bool { phase == .accepted }

    /// Each of these returns whether the step was possible.
    mutating func ask() -> Bool { step(from: [.none], to: .asked) }
    mutating func accept() -> Bool { step(from: [.asked], to: .accepted) }
    mutating func refuse() -> Bool { step(from: [.asked], to: .none) }

    /// - Parameter deadline: when the session ends unless the client connects again.
    mutating func disconnect(deadline: Instant) -> Bool {
        self.deadline = deadline
        return step(from: [.asked, .accepted], to: .none)
    }

    mutating func end() -> Bool { step(from: [.none, .asked, .accepted], to: .ended) }

    private mutating func step(from phases: [Phase], to next: Phase) -> Bool {
        guard phases.contains(phase) else { return false }
        phase = next
        return true
    }

    func isLate(at now: Instant) -> Bool { phase != .accepted && now >= deadline }
}
