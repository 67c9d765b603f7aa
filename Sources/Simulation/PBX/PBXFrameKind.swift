/// What an event frame carries, as far as the simulation keeps count of it.
package enum PBXFrameKind: UInt8, Sendable, CaseIterable {
    case cdr
    case cel
    /// Channels, bridges, dialling: class `call` without the CELs.
    case channel
    /// Queues and their agents.
    case agent

    /// What a session must be allowed to see.
    package var eventClass: PBXEventClass {
        switch self {
        case .cdr: .cdr
        case .cel, .channel: .call
        case .agent: .agent
        }
    }

    /// The value of the `Privilege` header.
    var privilege: String {
        switch self {
        case .cdr: "cdr,all"
        case .cel, .channel: "call,all"
        case .agent: "agent,all"
        }
    }

    /// Whether the emission log keeps an account of it.
    package var isRecord: Bool { self == .cdr || self == .cel }
}
