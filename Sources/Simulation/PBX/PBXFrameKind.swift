/// The kind of an event frame, as far as the simulation counts it.
package enum PBXFrameKind: UInt8, Sendable, CaseIterable {
    case cdr
    case cel
    /// Channels, bridges, dialling: class `call` without the CELs.
    case channel
    /// Queues and their agents.
    case agent
    /// Events of the dialplan's UserEvent.
    case user
    case dtmf

    /// The event class that a session needs to receive it.
    package var eventClass: PBXEventClass {
        switch self {
        case .cdr: .cdr
        case .cel, .channel: .call
        case .agent: .agent
        case .user: .user
        case .dtmf: .dtmf
        }
    }

    /// The value of the `Privilege` header.
    var privilege: String {
        switch self {
        case .cdr: "cdr,all"
        case .cel, .channel: "call,all"
        case .agent: "agent,all"
        case .user: "user,all"
        case .dtmf: "dtmf,all"
        }
    }

    /// Whether the emission log records it.
    package var isRecord: Bool { self == .cdr || self == .cel }
}
