import Basics

/// What is counted about actions.
struct CommandFigures: Sendable {
    struct Key: Sendable, Hashable {
        /// One of `actions`.
        let action: String
        let result: CommandReply.Result
    }

    /// The actions with figures of their own; the rest is `other`.
    static let actions = [
        "Originate", "Hangup", "Redirect", "Bridge", "BlindTransfer", "Atxfer", "CancelAtxfer", "Park", "PlayDTMF",
        "MuteAudio", "MixMonitor", "StopMixMonitor", "MixMonitorMute", "PJSIPNotify", "Getvar", "Setvar", "QueueAdd",
        "QueueRemove", "QueuePause", "other",
    ]

    /// In seconds.
    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    let counts: [Key: Counter]
    let seconds: Histogram

    /// Metrics that are not registered anywhere.
    static func unregistered() -> CommandFigures { CommandFigures(counts: [:], seconds: Histogram(bounds: bounds)) }

    func note(_ action: String, _ result: CommandReply.Result, after time: Duration) {
        let name = Self.actions.contains(action) ? action : "other"
        counts[Key(action: name, result: result)]?.add()
        if result != .down, result != .busy { seconds.observe(time / .seconds(1)) }
    }
}
