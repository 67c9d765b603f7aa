/// A call that the present event changes, as it was before.
struct TouchedCall: Sendable {
    let slot: Int
    var kinds = LiveChange.Kinds()
    /// Whether the call shows what changed, apart from what is derived.
    var isVisible: Bool
    /// The extensions that left it.
    var left: [[UInt8]] = []
    let isHeld: Bool
    let isConnected: Bool
    let recording: LiveChannel.Recording
}

struct TouchedAgent: Sendable {
    let slot: Int
    /// Whether more than the state changed.
    var isVisible: Bool
    /// Whether its places in queues changed.
    var isMembership = false
}

struct TouchedQueue: Sendable {
    let slot: Int
    let extensions: [[UInt8]]
}

/// From what an event touched to what it changed.
extension LiveModel {
    /// Marks a call before it is changed.
    ///
    /// - Parameter isVisible: whether the call shows what changes, apart from what is derived.
    mutating func touch(call slot: Int, _ kind: LiveChange.Kind? = nil, isVisible: Bool = true) {
        guard slot >= 0 else { return }
        if calls[slot].touched < 0 {
            calls[slot].touched = touchedCalls.count
            touchedCalls.append(
                TouchedCall(
                    slot: slot,
                    isVisible: isVisible,
                    isHeld: calls[slot].hold != nil,
                    isConnected: calls[slot].counts[.connected] > 0,
                    recording: calls[slot].recording
                )
            )
        }
        if isVisible { touchedCalls[calls[slot].touched].isVisible = true }
        if let kind { touchedCalls[calls[slot].touched].kinds.insert(kind) }
    }

    /// Marks an agent; `isVisible` when more than its state changes.
    mutating func touch(agent slot: Int, isVisible: Bool, isMembership: Bool = false) {
        guard slot >= 0 else { return }
        if agents[slot].touched < 0 {
            agents[slot].touched = touchedAgents.count
            touchedAgents.append(TouchedAgent(slot: slot, isVisible: isVisible, isMembership: isMembership))
        } else {
            let place = agents[slot].touched
            if isVisible { touchedAgents[place].isVisible = true }
            if isMembership { touchedAgents[place].isMembership = true }
        }
    }

    /// Marks a queue before it is changed.
    mutating func touch(queue slot: Int) {
        guard slot >= 0, queues[slot].touched < 0 else { return }
        queues[slot].touched = touchedQueues.count
        touchedQueues.append(TouchedQueue(slot: slot, extensions: queues[slot].extensions))
    }

    /// Derives what follows from the changes, and returns them.
    mutating func finish() -> [LiveChange] {
        if touchedCalls.isEmpty, touchedAgents.isEmpty, touchedQueues.isEmpty {
            if changes.isEmpty { return [] }
        } else {
            for index in touchedCalls.indices { finish(call: touchedCalls[index]) }
            for index in touchedAgents.indices { finish(agent: touchedAgents[index]) }
            finishQueues()
            touchedCalls.removeAll(keepingCapacity: touchedCalls.count < 64)
            touchedAgents.removeAll(keepingCapacity: touchedAgents.count < 64)
        }
        let result = changes
        changes = []
        return result
    }

    private mutating func finish(call touched: TouchedCall) {
        let slot = touched.slot
        var kinds = touched.kinds
        calls[slot].touched = -1
        if calls[slot].counts[.connected] > 0, !touched.isConnected {
            calls[slot].hangupBy = []
            if calls[slot].blindTransferredAt != nil {
                calls[slot].blindTransferredAt = nil
                kinds.insert(.callTransferred)
            }
        }
        var isVisible = touched.isVisible
        if deriveHold(slot) { isVisible = true }
        let state = calls[slot].derivedState
        if state == .ended {
            if calls[slot].endedAt == nil {
                end(call: slot)
                kinds = LiveChange.Kinds(isFailed(slot) ? .callFailed : .callEnded)
            }
        } else {
            if deriveParties(slot) { isVisible = true }
            if calls[slot].hold != nil, !touched.isHeld { kinds.insert(.callHeld) }
            if calls[slot].hold == nil, touched.isHeld { kinds.insert(.callUnheld) }
            if calls[slot].recording != touched.recording { kinds.insert(.callRecording) }
        }
        guard isVisible || !kinds.isEmpty || state != calls[slot].state else { return }
        calls[slot].state = state
        calls[slot].version += 1
        if (calls[slot].hold != nil) != touched.isHeld {
            for channel in calls[slot].channels { touch(agent: channels[channel].agent, isVisible: false) }
        }
        let id = calls[slot].id
        // Of an ended call `agentExtensions` are those of its whole life.
        let audience = state == .ended ? touched.left : union(calls[slot].agentExtensions, touched.left)
        if kinds.isEmpty { kinds.insert(.callUpdated) }
        for kind in LiveChange.Kind.allCases where kinds.contains(kind) {
            changes.append(LiveChange(kind: kind, id: id, extensions: audience))
        }
    }

    private func isFailed(_ slot: Int) -> Bool {
        calls[slot].answeredAt == nil && calls[slot].mergedInto.isEmpty
            && (calls[slot].isOriginated || calls[slot].notes.isFromAPI)
    }

    private mutating func finish(agent touched: TouchedAgent) {
        let slot = touched.slot
        agents[slot].touched = -1
        if touched.isMembership { derivePause(slot) }
        let state = derivedState(ofAgent: slot)
        guard touched.isVisible || state != agents[slot].state else { return }
        if state != agents[slot].state {
            agents[slot].state = state
            agents[slot].since = now
            for index in agents[slot].memberships.indices { touch(queue: agents[slot].memberships[index].queue) }
        }
        agents[slot].version += 1
        let name = agents[slot].extension
        changes.append(LiveChange(kind: .agentStatus, id: name, extensions: [name]))
    }

    /// Derives the changes of the queues; a queue that goes is finished before the others.
    mutating func finishQueues() {
        for touched in touchedQueues { finish(queue: touched) }
        touchedQueues.removeAll(keepingCapacity: touchedQueues.count < 64)
    }

    private mutating func finish(queue touched: TouchedQueue) {
        queues[touched.slot].touched = -1
        queues[touched.slot].version += 1
        let audience = union(queues[touched.slot].extensions, touched.extensions)
        changes.append(LiveChange(kind: .queueActivity, id: queues[touched.slot].name, extensions: audience))
    }

    /// Both, without repetition; shares the first where the second adds nothing.
    private func union(_ first: [[UInt8]], _ second: [[UInt8]]) -> [[UInt8]] {
        if second.isEmpty || first == second { return first }
        let known = second.count > 4 ? Set(first) : []
        let others = second.filter { second.count > 4 ? !known.contains($0) : !first.contains($0) }
        return others.isEmpty ? first : first + others
    }
}
