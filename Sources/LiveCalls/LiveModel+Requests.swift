package import Basics

/// What the service itself does to calls and knows of them.
extension LiveModel {
    /// Takes in a call that is about to be asked for.
    ///
    /// - Parameters:
    ///   - channelID: the ChannelId of the Originate; the call's id is made of it.
    ///   - extension: the agent whose phone rings first.
    ///   - number: whom the agent calls.
    /// - Returns: the id of the call, and what changed; no id when one is known already or there are too many.
    package mutating func request(
        channelID: [UInt8],
        extension name: [UInt8],
        number: [UInt8],
        notes: LiveCall.Notes,
        at time: LiveTime
    ) -> (id: [UInt8]?, changes: [LiveChange]) {
        now = time
        expire()
        let id = LiveCall.id(of: channelID)
        guard !channelID.isEmpty, calls.slot(of: id[...]) == nil else { return (nil, finish()) }
        guard calls.count < limits.channels + limits.endedCalls else {
            noteGap()
            return (nil, finish())
        }
        let slot = callOfNewChannel(linkedID: channelID, createdAt: now)
        calls[slot].isRequested = true
        calls[slot].isOriginated = true
        calls[slot].notes = notes
        calls[slot].notes.isFromAPI = true
        calls[slot].extension = name
        // Until its channel comes, the phone that was asked for stands for it.
        calls[slot].agentExtensions = name.isEmpty ? [] : [name]
        calls[slot].participants = calls[slot].agentExtensions
        calls[slot].dialled = number
        calls[slot].remoteNumber = number
        return (id, finish())
    }

    /// Ends a requested call for which no channel came: the PBX refused it, or does not know the phone.
    package mutating func fail(call id: Bytes, cause: Int, text: String, at time: LiveTime) -> [LiveChange] {
        now = time
        guard let slot = calls.slot(of: id), calls[slot].isRequested else { return [] }
        endRequest(slot)
        calls[slot].hangup = LiveCall.Hangup(cause: cause, text: Array(text.utf8), by: [])
        return finish()
    }

    /// Changes what is kept for a call, or for the one that it became a part of.
    package mutating func note(
        call id: Bytes,
        at time: LiveTime,
        _ change: (inout LiveCall.Notes) -> Void
    ) -> [LiveChange] {
        now = time
        guard let known = calls.slot(of: id) else { return [] }
        let slot = surviving(known)
        var notes = calls[slot].notes
        change(&notes)
        guard notes != calls[slot].notes else { return [] }
        touch(call: slot)
        calls[slot].notes = notes
        return finish()
    }

    /// Notes what MuteAudio did; no event of the PBX says it.
    package mutating func setMuted(
        channel id: Bytes,
        isIn: Bool? = nil,
        isOut: Bool? = nil,
        at time: LiveTime
    ) -> [LiveChange] {
        now = time
        guard let slot = channels.slot(of: id) else { return [] }
        touch(call: channels[slot].call)
        channels[slot].isMutedIn = isIn ?? channels[slot].isMutedIn
        channels[slot].isMutedOut = isOut ?? channels[slot].isMutedOut
        return finish()
    }

    /// Marks a call as the consultation for another one: their bridges do not merge them.
    ///
    /// Without `other` the mark goes, and calls that are bridged become one.
    package mutating func setConsult(call id: Bytes, for other: Bytes?, at time: LiveTime) -> [LiveChange] {
        now = time
        guard let known = calls.slot(of: id) else { return [] }
        let slot = surviving(known)
        touch(call: slot)
        if let other {
            guard let target = calls.slot(of: other) else { return finish() }
            calls[slot].consultOf = calls[surviving(target)].id
        } else {
            calls[slot].consultOf = []
            joinAgain(slot)
        }
        return finish()
    }

    /// Changes what is known of the person at an extension; adds the agent when it is new.
    package mutating func note(
        agent name: [UInt8],
        at time: LiveTime,
        _ change: (inout LiveAgent.Notes) -> Void
    ) -> [LiveChange] {
        now = time
        guard !name.isEmpty, name.count <= LiveText.longest, let slot = agent(name) else { return finish() }
        var notes = agents[slot].notes
        change(&notes)
        if notes != agents[slot].notes {
            touch(agent: slot, isVisible: true)
            agents[slot].notes = notes
        }
        return finish()
    }

    /// Begins a day: the agents' calls and seconds of today are 0.
    package mutating func beginDay(at time: LiveTime) -> [LiveChange] {
        now = time
        for slot in agents.all where agents[slot].callsToday > 0 || agents[slot].talkSecondsToday > 0 {
            touch(agent: slot, isVisible: true)
            agents[slot].callsToday = 0
            agents[slot].talkSecondsToday = 0
        }
        return finish()
    }
}
