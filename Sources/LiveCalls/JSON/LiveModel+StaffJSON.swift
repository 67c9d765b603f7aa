package import Basics

/// Agents and queues as JSON.
extension LiveModel {
    /// Writes an agent; `false` when it is unknown.
    @discardableResult
    package func writeAgent(_ name: Bytes, into json: inout JSONWriter) -> Bool {
        guard let slot = agents.slot(of: name) else { return false }
        let agent = agents[slot]
        json.beginObject()
        json.required("extension", agent.extension[...])
        json.text("name", agent.name)
        json.text("username", agent.notes.username)
        json.required("state", agent.state.rawValue)
        json.time("since", agent.since)
        json.required("device", agent.device.rawValue)
        json.key("online")
        json.boolean(agent.notes.isOnline)
        json.key("paused")
        json.boolean(agent.isPaused)
        json.text("pauseReason", agent.pauseReason)
        json.time("pausedSince", agent.pausedSince)
        json.key("queues")
        json.beginArray()
        for membership in agent.memberships {
            guard let member = queues[membership.queue].members[LiveKey(membership.interface)] else { continue }
            write(member, of: queues[membership.queue].name, into: &json)
        }
        json.endArray()
        json.texts("callIds", callIDs(of: agent))
        json.required("callsToday", agent.callsToday)
        json.required("talkSecondsToday", agent.talkSecondsToday)
        json.required("version", agent.version)
        json.endObject()
        return true
    }

    /// The ids of the calls in which an agent has a channel, each once.
    package func callIDs(of agent: LiveAgent) -> [[UInt8]] {
        var slots: [Int] = []
        for channel in agent.channels {
            let call = channels[channel].call
            if call >= 0, !slots.contains(call) { slots.append(call) }
        }
        return slots.map { calls[$0].id }
    }

    private func write(_ member: LiveQueue.Member, of queue: [UInt8], into json: inout JSONWriter) {
        json.beginObject()
        json.required("queue", queue[...])
        json.required("interface", member.interface[...])
        json.text("membership", member.membership)
        json.required("penalty", member.penalty)
        json.key("paused")
        json.boolean(member.isPaused)
        json.required("callsTaken", member.callsTaken)
        json.key("lastCall")
        json.integerOrNull(member.lastCall > 0 ? member.lastCall * 1000 : nil)
        json.key("inCall")
        json.boolean(member.isInCall)
        json.time("wrapupUntil", member.wrapupUntil.flatMap { $0.monotonic > now.monotonic ? $0 : nil })
        json.endObject()
    }

    /// Writes a queue; `false` when it is unknown.
    ///
    /// - Parameters:
    ///   - time: for the longest wait.
    ///   - more: writes members behind the others.
    @discardableResult
    package func writeQueue(
        _ name: Bytes,
        into json: inout JSONWriter,
        at time: LiveTime,
        more: (inout JSONWriter) -> Void = { _ in }
    ) -> Bool {
        guard let slot = queues.slot(of: name) else { return false }
        let queue = queues[slot]
        let counts = memberCounts(of: queue)
        var longest = 0
        json.beginObject()
        json.required("name", queue.name[...])
        json.text("strategy", queue.strategy)
        json.key("waiting")
        json.beginArray()
        for (index, channel) in queue.waiting.enumerated() {
            let call = channels[channel].call
            let joinedAt = call < 0 ? nil : calls[call].queue?.joinedAt
            if let joinedAt { longest = max(longest, time.seconds(since: joinedAt)) }
            json.beginObject()
            json.text("callId", call < 0 ? [] : calls[call].id)
            json.text("number", channels[channel].callerNumber)
            json.required("position", index + 1)
            json.time("joinedAt", joinedAt)
            json.endObject()
        }
        json.endArray()
        json.texts("members", queue.extensions)
        json.required("loggedIn", counts.loggedIn)
        json.required("available", counts.available)
        json.required("busy", counts.busy)
        json.required("paused", counts.paused)
        json.required("holdTime", queue.holdTime)
        json.required("talkTime", queue.talkTime)
        json.required("completed", queue.completed)
        json.required("abandoned", queue.abandoned)
        json.required("serviceLevel", queue.serviceLevel)
        json.key("serviceLevelPercent")
        json.number(queue.serviceLevelPercent)
        json.required("longestWait", longest)
        json.required("version", queue.version)
        more(&json)
        json.endObject()
        return true
    }

    /// Members by what they can do; those whose interface belongs to no extension only count as logged in.
    private func memberCounts(of queue: LiveQueue) -> (loggedIn: Int, available: Int, busy: Int, paused: Int) {
        var counts = (loggedIn: 0, available: 0, busy: 0, paused: 0)
        for member in queue.members.values {
            let state = member.agent < 0 ? nil : agents[member.agent].state
            if state == .offline { continue }
            counts.loggedIn += 1
            if member.isPaused {
                counts.paused += 1
            } else if state == .onCall || state == .onHold || state == .ringing {
                counts.busy += 1
            } else if state == .available || state == .paused {
                // Paused elsewhere only.
                counts.available += 1
            }
        }
        return counts
    }
}
