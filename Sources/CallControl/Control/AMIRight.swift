import AMI

/// A class of `write` in manager.conf, and what the service cannot do without it.
enum AMIRight: String, Sendable, CaseIterable {
    case reporting, call, originate, agent, system

    /// Those that commands need.
    static let commands: [AMIRight] = [.originate, .call, .agent, .system]

    /// The right that a command needs, or the one that is asked for when the PBX refuses it; `nil` for other actions.
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

    /// What one right turned out to be.
    enum Finding: Sendable, Equatable {
        case allowed, denied
        /// Asterisk does not know the action: its module is not loaded.
        case unknown
    }

    /// An action of the class that lacks what it needs, so that Asterisk refuses it before it does anything; that of
    /// `reporting` is a list.
    var probe: AMIAction {
        get throws(AMIError) {
            switch self {
            case .reporting: try AMIAction("CoreShowChannels", isList: true)
            case .call: try AMIAction("Setvar")
            case .originate: try AMIAction("Originate")
            case .agent: try AMIAction("QueuePause")
            case .system: try AMIAction("MuteAudio")
            }
        }
    }

    /// What is off without it.
    var loss: String {
        switch self {
        case .reporting: "what is on the PBX cannot be shown"
        case .call: "calls cannot be held, transferred, parked or hung up, and recordings not paused"
        case .originate: "no calls can be made, and no transfers with consultation"
        case .agent: "agents cannot be paused, nor put into queues"
        case .system: "recordings cannot be started, and nobody muted"
        }
    }

    /// The module of Asterisk that the action of `probe` comes from.
    var module: String? {
        switch self {
        case .agent: "app_queue.so"
        case .system: "res_mutestream.so"
        case .reporting, .call, .originate: nil
        }
    }

    /// What the answer to `probe` means.
    static func finding(_ answer: Result<AMIReply, AMIError>) throws(AMIError) -> Finding {
        do throws(AMIError) {
            _ = try answer.get()
            return .allowed
        } catch {
            guard case .actionRefused(_, let message) = error else { throw error }
            if message.hasPrefix("Permission denied") { return .denied }
            return message.hasPrefix("Invalid/unknown command") ? .unknown : .allowed
        }
    }

    /// Actions that nothing here needs, with the class that allows each.
    static let superfluous = [("Command", "command"), ("UpdateConfig", "config")]
}
