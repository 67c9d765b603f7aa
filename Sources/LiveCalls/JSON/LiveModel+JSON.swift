package import Basics

/// Objects as JSON, the same for every way out; members that are unknown are null.
///
/// Times are milliseconds since 1970, durations seconds.
extension LiveModel {
    /// Writes a call.
    ///
    /// - Parameters:
    ///   - withLocal: whether halves of Local channels are shown.
    ///   - time: for the duration so far.
    /// - Returns: `false` when it is unknown, and nothing is written.
    @discardableResult
    package func writeCall(
        _ id: Bytes,
        into json: inout JSONWriter,
        at time: LiveTime,
        withLocal: Bool = false
    ) -> Bool {
        guard let slot = calls.slot(of: id) else { return false }
        let call = calls[slot]
        json.beginObject()
        json.required("callId", call.id[...])
        json.required("linkedId", call.linkedID[...])
        json.required("state", call.state.rawValue)
        json.required("direction", call.direction.rawValue)
        json.text("extension", call.extension)
        json.text("remoteNumber", call.remoteNumber)
        json.text("remoteName", call.remoteName)
        json.time("createdAt", call.createdAt)
        json.time("answeredAt", call.answeredAt)
        json.time("endedAt", call.endedAt)
        json.required("duration", (call.endedAt ?? time).seconds(since: call.createdAt))
        json.texts("agentExtensions", call.agentExtensions)
        json.key("queue")
        write(call.queue, of: call, into: &json)
        json.key("hold")
        write(call.hold, into: &json)
        json.key("recording")
        write(recordingOf: call, into: &json)
        json.key("parking")
        write(parkingOf: call, into: &json)
        json.text("transferId", call.notes.transferID)
        json.text("mergedInto", call.mergedInto)
        json.key("hangup")
        write(call.endedAt == nil ? nil : call.hangup, into: &json)
        json.key("channels")
        json.beginArray()
        for channel in call.channels where withLocal || !channels[channel].isLocal { write(channel, into: &json) }
        json.endArray()
        json.required("origin", call.notes.isFromAPI ? "api" : "pbx")
        json.key("variables")
        json.beginObject()
        for variable in call.notes.variables {
            json.key(variable.name[...])
            json.string(variable.value[...])
        }
        json.endObject()
        json.required("version", call.version)
        json.endObject()
        return true
    }

    private func write(_ visit: LiveCall.QueueVisit?, of call: LiveCall, into json: inout JSONWriter) {
        guard let visit else { return json.null() }
        json.beginObject()
        json.required("name", visit.name[...])
        json.key("position")
        json.integerOrNull(position(of: call))
        json.time("joinedAt", visit.joinedAt)
        json.time("connectedAt", visit.connectedAt)
        json.endObject()
    }

    /// The place in line of the channel of a call that waits, from 1 on.
    private func position(of call: LiveCall) -> Int? {
        guard call.counts[.waiting] > 0, let slot = call.channels.first(where: { channels[$0].waitsIn >= 0 }) else {
            return nil
        }
        return queues[channels[slot].waitsIn].waiting.firstIndex(of: slot).map { $0 + 1 }
    }

    private func write(_ hold: LiveCall.Hold?, into json: inout JSONWriter) {
        guard let hold else { return json.null() }
        json.beginObject()
        json.text("by", hold.by)
        json.required("method", hold.method.rawValue)
        json.time("since", hold.since)
        json.endObject()
    }

    /// Writes what is known of the recording of a call; null for an unknown one.
    package func writeRecording(of id: Bytes, into json: inout JSONWriter) {
        if let call = call(id) { write(recordingOf: call, into: &json) } else { json.null() }
    }

    private func write(recordingOf call: LiveCall, into json: inout JSONWriter) {
        json.beginObject()
        json.required("state", "\(call.recording)")
        json.text("file", call.notes.recordingFile)
        json.text("mixMonitorId", call.notes.mixMonitorID)
        json.text("startedBy", call.notes.recordingStartedBy)
        json.endObject()
    }

    private func write(parkingOf call: LiveCall, into json: inout JSONWriter) {
        guard call.counts[.parked] > 0,
            let parking = call.channels.lazy.compactMap({ self.channels[$0].parking }).first
        else { return json.null() }
        json.beginObject()
        json.required("lot", parking.lot[...])
        json.required("space", parking.space[...])
        json.time("until", parking.until)
        json.endObject()
    }

    private func write(_ hangup: LiveCall.Hangup?, into json: inout JSONWriter) {
        guard let hangup else { return json.null() }
        json.beginObject()
        json.required("cause", hangup.cause)
        json.required("text", hangup.text[...])
        json.text("by", hangup.by)
        json.endObject()
    }

    private func write(_ slot: Int, into json: inout JSONWriter) {
        json.beginObject()
        json.required("channelId", channels[slot].id[...])
        json.required("name", channels[slot].name[...])
        json.required("state", "\(channels[slot].state.text)")
        json.text("extension", channels[slot].extension)
        json.required("role", channels[slot].isAgent ? "agent" : "remote")
        json.text("callerNumber", channels[slot].callerNumber)
        json.text("callerName", channels[slot].callerName)
        json.text("connectedNumber", channels[slot].connectedNumber)
        json.text("connectedName", channels[slot].connectedName)
        json.text("context", channels[slot].context)
        json.text("exten", channels[slot].exten)
        json.text("bridgeId", channels[slot].bridge < 0 ? [] : bridges[channels[slot].bridge].id)
        json.key("held")
        json.boolean(channels[slot].isHolding || channels[slot].isHeldByRedirect)
        json.key("mutedIn")
        json.boolean(channels[slot].isMutedIn)
        json.key("mutedOut")
        json.boolean(channels[slot].isMutedOut)
        json.time("createdAt", channels[slot].createdAt)
        json.time("answeredAt", channels[slot].answeredAt)
        json.endObject()
    }

    /// Writes a bridge; `false` when it is unknown.
    @discardableResult
    package func writeBridge(_ id: Bytes, into json: inout JSONWriter) -> Bool {
        guard let slot = bridges.slot(of: id) else { return false }
        let inside = bridges[slot].channels
        // Parties of several calls: the bridge belongs to none.
        let owners = Set(inside.filter { !channels[$0].isLocal }.map { channels[$0].call })
        let owner = owners.count == 1 ? owners.first ?? -1 : -1
        json.beginObject()
        json.required("bridgeId", bridges[slot].id[...])
        json.text("type", bridges[slot].type)
        json.text("technology", bridges[slot].technology)
        json.texts("channelIds", inside.map { channels[$0].id })
        json.text("callId", owner < 0 ? [] : calls[owner].id)
        json.endObject()
        return true
    }
}

extension JSONWriter {
    /// A text; null when it is empty.
    mutating func text(_ name: StaticString, _ value: [UInt8]) {
        key(name)
        if value.isEmpty { null() } else { string(value[...]) }
    }

    mutating func texts(_ name: StaticString, _ values: [[UInt8]]) {
        key(name)
        beginArray()
        for value in values { string(value[...]) }
        endArray()
    }

    mutating func time(_ name: StaticString, _ time: LiveTime?) {
        key(name)
        integerOrNull(time?.milliseconds)
    }
}
