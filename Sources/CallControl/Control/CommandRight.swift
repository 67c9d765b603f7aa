import AMI

/// A class of manager.conf that the AMI user needs in `write` to control something.
enum CommandRight: String, Sendable, CaseIterable {
    case originate, call, agent, system

    /// An action of the class that does nothing, since it names nothing: the PBX refuses it, by another message when the
    /// user lacks the class.
    var probe: String {
        switch self {
        case .originate: "Originate"
        case .call: "PlayDTMF"
        case .agent: "QueueRemove"
        case .system: "MuteAudio"
        }
    }

    /// The right that an action needs, or the one that is asked for when the PBX refuses it; `nil` for other actions.
    init?(action: String) {
        switch action {
        case "Originate": self = .originate
        case "Hangup", "Redirect", "Bridge", "BlindTransfer", "Atxfer", "CancelAtxfer", "Park", "PlayDTMF", "Setvar",
            "StopMixMonitor", "MixMonitorMute":
            self = .call
        case "QueueAdd", "QueueRemove", "QueuePause", "QueuePenalty": self = .agent
        case "MixMonitor", "MuteAudio", "PJSIPNotify": self = .system
        default: return nil
        }
    }
}
