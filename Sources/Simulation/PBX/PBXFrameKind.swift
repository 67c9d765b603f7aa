/// The kind of an event frame, as far as the simulation counts it.
package enum PBXFrameKind: UInt8, Sendable, CaseIterable {
    case cdr
    case cel
    /// Channels, bridges, dialling: class `call` without the CELs.
    case channel
    /// Queues and their agents.
    case agent

    /// The event class that a session needs to receive it.
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

    /// Whether the emission log records it.
    package var isRecord: Bool { self == .cdr || self == .cel }
}
