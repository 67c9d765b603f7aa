package import Basics

/// What the model has.
extension LiveModel {
    /// A call by its id; one that was merged is found itself, with `mergedInto`.
    package func call(_ id: Bytes) -> LiveCall? { calls.slot(of: id).map { calls[$0] } }

    /// The id of a call, or of the one that it became a part of; `nil` when unknown.
    package func resolve(call id: Bytes) -> [UInt8]? { calls.slot(of: id).map { calls[surviving($0)].id } }

    package func channel(_ id: Bytes) -> LiveChannel? { channels.slot(of: id).map { channels[$0] } }
    package func bridge(_ id: Bytes) -> LiveBridge? { bridges.slot(of: id).map { bridges[$0] } }
    package func agent(_ name: Bytes) -> LiveAgent? { agents.slot(of: name).map { agents[$0] } }
    package func queue(_ name: Bytes) -> LiveQueue? { queues.slot(of: name).map { queues[$0] } }

    /// The channels of a call in the order in which they came; halves of Local channels only when asked for.
    package func channels(of call: LiveCall, withLocal: Bool = false) -> [LiveChannel] {
        call.channels.map { channels[$0] }.filter { withLocal || !$0.isLocal }
    }

    /// The channel at the other end of the bridge of a channel, through Local channels; `nil` unless there is just one.
    package func partner(ofChannel id: Bytes) -> LiveChannel? {
        guard let slot = channels.slot(of: id), channels[slot].bridge >= 0 else { return nil }
        // The walk needs scratch space; what it does not change is shared.
        var walker = self
        let others = walker.others(of: slot)
        return others.count == 1 ? channels[others[0]] : nil
    }

    /// The calls that have not ended, oldest first.
    package var liveCalls: [LiveCall] { allCalls.filter { $0.endedAt == nil } }

    /// All known calls, oldest first; ended ones too.
    package var allCalls: [LiveCall] { calls.all.map { calls[$0] }.sorted { $0.born < $1.born } }

    /// All agents, by extension.
    package var allAgents: [LiveAgent] {
        agents.all.map { agents[$0] }.sorted { $0.extension.lexicographicallyPrecedes($1.extension) }
    }

    /// All queues, by name.
    package var allQueues: [LiveQueue] {
        queues.all.map { queues[$0] }.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    /// All bridges, oldest first.
    package var allBridges: [LiveBridge] { bridges.all.map { bridges[$0] }.sorted { $0.born < $1.born } }

    package var channelCount: Int { channels.count }

    /// How many calls are in each state, agents likewise.
    package var stateCounts: (calls: [LiveCall.State: Int], agents: [LiveAgent.State: Int]) {
        var (byCall, byAgent): ([LiveCall.State: Int], [LiveAgent.State: Int]) = ([:], [:])
        for slot in calls.all { byCall[calls[slot].state, default: 0] += 1 }
        for slot in agents.all { byAgent[agents[slot].state, default: 0] += 1 }
        return (byCall, byAgent)
    }

    /// The bytes of an id or a name, for look-ups.
    package static func id(_ text: String) -> Bytes { Array(text.utf8)[...] }
}
