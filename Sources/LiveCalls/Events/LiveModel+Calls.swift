import Basics

/// Which channels make a call, and what follows for the call.
extension LiveModel {
    /// The slot of the call itself, or of the one that it became a part of.
    func surviving(_ slot: Int) -> Int {
        var slot = slot
        while calls[slot].survivor >= 0 { slot = calls[slot].survivor }
        return slot
    }

    /// How often within a minute an id may be used again and its calls be told apart.
    private static let mostSuccessors = 64

    /// The call in which a new channel begins: the one with the id of its Linkedid, else a new one.
    mutating func callOfNewChannel(linkedID: [UInt8], createdAt: LiveTime) -> Int {
        var call = LiveCall()
        call.id = LiveCall.id(of: linkedID)
        var predecessor = -1
        if let known = calls.slot(of: call.id[...]) {
            predecessor = surviving(known)
            for _ in 0..<Self.mostSuccessors {
                guard calls[predecessor].endedAt != nil,
                    let next = calls.slot(of: calls[predecessor].successor[...])
                else { break }
                predecessor = surviving(next)
            }
            if calls[predecessor].endedAt == nil { return predecessor }
            // The PBX uses an id again: the new call gets another one.
            call.id += Array("_\(max(now.wall.seconds, 0))".utf8)
            while calls.slot(of: call.id[...]) != nil { call.id.append(UInt8(ascii: "_")) }
        }
        call.linkedID = linkedID
        call.createdAt = createdAt
        births += 1
        call.born = births
        let slot = calls.insert(call, id: call.id)
        if predecessor >= 0 { calls[predecessor].successor = call.id }
        touch(call: slot, isListing ? .callUpdated : .callOriginated)
        return slot
    }

    /// Puts a channel without a call into one.
    mutating func attach(_ slot: Int, to call: Int) {
        touch(call: call, isVisible: !channels[slot].isLocal)
        let isFirst = calls[call].participants.isEmpty && !calls[call].hasRemote
        if calls[call].isRequested { endRequest(call) }
        let agent = channels[slot].agent
        if agent >= 0 {
            touch(agent: agent, isVisible: true)
            if !isPresent(agent, in: call) {
                let name = agents[agent].extension
                calls[call].agentExtensions.append(name)
                if calls[call].participants.count < LiveCall.mostParticipants, !calls[call].participants.contains(name)
                {
                    calls[call].participants.append(name)
                }
            }
        }
        channels[slot].call = call
        if !channels[slot].isLocal {
            if isFirst {
                calls[call].isFromRemote = !channels[slot].isAgent
                let exten = channels[slot].exten
                if !exten[...].equals("s"), !exten[...].equals("h") { calls[call].dialled = exten }
            }
            if !channels[slot].isAgent { calls[call].hasRemote = true }
        }
        calls[call].channels.append(slot)
        calls[call].counts.change(from: LiveFlags(), to: channels[slot].flags)
    }

    /// A call is no longer only requested: it has a channel, or has failed.
    mutating func endRequest(_ call: Int) {
        touch(call: call)
        touchedCalls[calls[call].touched].left += calls[call].agentExtensions
        calls[call].isRequested = false
        calls[call].agentExtensions = []
    }

    /// Whether an agent has a channel in a call; looks at the fewer of the agent's channels and the call's.
    private func isPresent(_ agent: Int, in call: Int) -> Bool {
        if agents[agent].channels.count <= calls[call].channels.count {
            return agents[agent].channels.contains { channels[$0].call == call }
        }
        return calls[call].channels.contains { channels[$0].agent == agent }
    }

    /// Takes a channel out of its call.
    mutating func detach(_ slot: Int) {
        let call = channels[slot].call
        guard call >= 0 else { return }
        touch(call: call, isVisible: !channels[slot].isLocal)
        if let place = calls[call].channels.firstIndex(of: slot) { calls[call].channels.remove(at: place) }
        calls[call].counts.change(from: channels[slot].flags, to: LiveFlags())
        channels[slot].call = -1
        let agent = channels[slot].agent
        guard agent >= 0 else { return }
        touch(agent: agent, isVisible: true)
        guard !isPresent(agent, in: call) else { return }
        let name = agents[agent].extension
        if let place = calls[call].agentExtensions.firstIndex(of: name) {
            calls[call].agentExtensions.remove(at: place)
            touchedCalls[calls[call].touched].left.append(name)
        }
    }

    /// Moves a channel, and the other half of a Local one, into another call.
    mutating func move(_ slot: Int, to call: Int) {
        let old = channels[slot].call
        guard old != call else { return }
        detach(slot)
        attach(slot, to: call)
        if old >= 0, calls[old].channels.isEmpty { markMerged(old, into: call) }
        let half = channels[slot].otherHalf
        if half >= 0 { move(half, to: call) }
    }

    /// Makes two calls one: the older one stays.
    mutating func merge(_ first: Int, _ second: Int) {
        guard first != second, first >= 0, second >= 0, !isConsulting(first, second) else { return }
        let (older, younger) = calls[first].born < calls[second].born ? (first, second) : (second, first)
        for slot in calls[younger].channels {
            detach(slot)
            attach(slot, to: older)
        }
        if calls[older].queue == nil { calls[older].queue = calls[younger].queue }
        if calls[older].answeredAt == nil { calls[older].answeredAt = calls[younger].answeredAt }
        if calls[younger].isFromRemote { calls[older].hasRemote = true }
        markMerged(younger, into: older)
    }

    private func isConsulting(_ first: Int, _ second: Int) -> Bool {
        calls[first].consultOf == calls[second].id || calls[second].consultOf == calls[first].id
    }

    private mutating func markMerged(_ slot: Int, into survivor: Int) {
        touch(call: slot)
        calls[slot].mergedInto = calls[survivor].id
        calls[slot].survivor = survivor
        calls[survivor].aliases.append(slot)
        // What the present event touched may not go.
        if calls[survivor].aliases.count > LiveCall.mostAliases, let oldest = calls[survivor].aliases.first,
            calls[oldest].touched < 0
        {
            calls[survivor].aliases.removeFirst()
            forget(call: oldest)
        }
    }

    /// Ends a call whose last channel is gone.
    mutating func end(call slot: Int) {
        calls[slot].endedAt = now
        calls[slot].agentExtensions = calls[slot].participants
        calls[slot].hold = nil
        let by = calls[slot].hangupBy
        if calls[slot].hangup?.by.isEmpty == true { calls[slot].hangup?.by = by }
        guard calls[slot].survivor < 0 else { return }
        endedCalls.append(slot)
    }

    /// Forgets what ended long ago, and ends work after calls.
    mutating func expire() {
        while let slot = endedCalls.first {
            let age = calls[slot].endedAt.map { now.seconds(since: $0) } ?? 0
            guard age >= limits.endedSeconds || endedCalls.count > limits.endedCalls else { break }
            endedCalls.removeFirst()
            forget(call: slot)
        }
        while let first = endedChannelOrder.first {
            guard now.seconds(since: first.at) >= limits.endedSeconds || endedChannelOrder.count > limits.channels
            else { break }
            endedChannelOrder.removeFirst()
            endedChannels[LiveKey(first.id)] = nil
        }
        if !wrapups.isEmpty { endWrapups() }
    }

    private mutating func forget(call slot: Int) {
        let aliases = calls[slot].aliases
        calls.remove(slot, id: calls[slot].id)
        for alias in aliases { forget(call: alias) }
    }

    /// Derives who holds whom.
    ///
    /// - Returns: whether that changed.
    mutating func deriveHold(_ slot: Int) -> Bool {
        let counts = calls[slot].counts
        guard counts[.holding] > 0 || counts[.heldByRedirect] > 0 else {
            guard calls[slot].hold != nil else { return false }
            calls[slot].hold = nil
            return true
        }
        var method = calls[slot].notes.isHeldByNotify ? LiveCall.Hold.Method.notify : .phone
        var by: [UInt8] = []
        if counts[.holding] > 0 {
            if let holder = calls[slot].channels.first(where: { channels[$0].flags.contains(.holding) }) {
                by = party(holder)
            }
        } else {
            method = .redirect
            let agent = calls[slot].channels.first {
                channels[$0].isAgent && channels[$0].flags.isSuperset(of: [.real, .up])
                    && !channels[$0].isHeldByRedirect
            }
            if let agent { by = channels[agent].extension }
        }
        let since = calls[slot].hold.flatMap { $0.method == method ? $0.since : nil } ?? now
        let hold = LiveCall.Hold(by: by, method: method, since: since)
        guard calls[slot].hold != hold else { return false }
        calls[slot].hold = hold
        return true
    }

    /// The extension of a channel, or `remote`.
    func party(_ slot: Int) -> [UInt8] {
        channels[slot].isAgent ? channels[slot].extension : Array("remote".utf8)
    }

    /// How many channels of a call are looked at for its two parties.
    private static let mostLooked = 8

    /// Derives whose call it is, with whom, and in which direction.
    ///
    /// A party that is left alone after a conversation changes nothing: it was the call of those who talked.
    ///
    /// - Returns: whether any of these changed.
    mutating func deriveParties(_ slot: Int) -> Bool {
        if calls[slot].answeredAt != nil, calls[slot].counts[.real] < 2 { return false }
        var (agent, other, remote) = (-1, -1, -1)
        for channel in calls[slot].channels.prefix(Self.mostLooked) where !channels[channel].isLocal {
            let talks = channels[channel].connectedSince != nil
            if !channels[channel].isAgent {
                if remote < 0 || (talks && channels[remote].connectedSince == nil) { remote = channel }
            } else if agent < 0 {
                agent = channel
            } else if talks, channels[agent].connectedSince == nil {
                (agent, other) = (channel, agent)
            } else if other < 0 || (talks && channels[other].connectedSince == nil) {
                other = channel
            }
        }
        var changed = false
        if agent >= 0, calls[slot].extension != channels[agent].extension {
            calls[slot].extension = channels[agent].extension
            changed = true
        }
        if deriveRemote(slot, agent: agent, other: other, remote: remote) { changed = true }
        let isOutside = calls[slot].hasRemote || extensions.isOutside(calls[slot].dialled)
        let isInbound = calls[slot].isFromRemote && !calls[slot].isOriginated && !calls[slot].notes.isFromAPI
        let direction = isInbound ? LiveCall.Direction.inbound : isOutside ? .outbound : .internal
        guard direction != calls[slot].direction else { return changed }
        calls[slot].direction = direction
        return true
    }

    private mutating func deriveRemote(_ slot: Int, agent: Int, other: Int, remote: Int) -> Bool {
        let (number, name): ([UInt8], [UInt8]) =
            if remote >= 0 {
                (channels[remote].callerNumber, channels[remote].callerName)
            } else if other >= 0 {
                (channels[other].extension, channels[other].callerName)
            } else if agent >= 0, !channels[agent].connectedNumber.isEmpty {
                (channels[agent].connectedNumber, channels[agent].connectedName)
            } else {
                (calls[slot].dialled, [])
            }
        guard !number.isEmpty, number != calls[slot].remoteNumber || name != calls[slot].remoteName else {
            return false
        }
        calls[slot].remoteNumber = number
        calls[slot].remoteName = name
        return true
    }
}
