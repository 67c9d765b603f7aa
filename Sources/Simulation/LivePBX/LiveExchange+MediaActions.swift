import Basics

/// The actions about one channel: recordings, digits, parking, hold, variables.
extension LiveExchange {
    mutating func park(_ action: PBXAction) -> [UInt8] {
        guard !action["channel"].isEmpty else { return Self.error("Channel not specified", action) }
        guard let serial = channel(action["channel"]), channels[serial]?.face.state == .up else {
            return Self.error("Channel does not exist", action)
        }
        let timeout = Array(action["timeout"].utf8)[...].integer ?? 45_000
        let parker = channel(action["timeoutchannel"]).flatMap { channels[$0]?.face.device }
        let device = parker ?? channels[serial]?.face.device ?? ""
        guard park(serial, parker: device, seconds: min(max(timeout / 1000, 1), 3600)) else {
            return Self.error("Park failed\n", action)
        }
        // Asterisk ends this message with a line feed of its own.
        return Self.success("Park successful\n", action)
    }

    mutating func playDigit(_ action: PBXAction) -> [UInt8] {
        let digit = action["digit"]
        guard let serial = channel(action["channel"]) else { return Self.error("Channel not found", action) }
        guard !digit.isEmpty else { return Self.error("No digit specified", action) }
        let isReceived = ["true", "yes", "on", "1"].contains(action["receive"].lowercased())
        let members = channels[serial]?.bridge.flatMap { bridges[$0]?.members } ?? []
        var sender: Int? = serial
        if isReceived {
            emitDigit("DTMFEnd", digit, 0, "Received", serial)
            sender = members.first { $0 != serial }
        }
        if let sender {
            emitDigit("DTMFBegin", digit, nil, "Sent", sender)
            emitDigit("DTMFEnd", digit, 100, "Sent", sender)
        }
        return Self.success("DTMF successfully queued", action)
    }

    private mutating func emitDigit(
        _ event: String,
        _ digit: String,
        _ milliseconds: Int?,
        _ direction: String,
        _ serial: Int
    ) {
        emit(event, on: serial, .dtmf) { bytes in
            bytes.appendHeader("Digit", digit)
            if let milliseconds { bytes.appendHeader("DurationMs", milliseconds) }
            bytes.appendHeader("Direction", direction)
        }
    }

    /// Says nothing in any event.
    func mute(_ action: PBXAction) -> [UInt8] {
        guard channel(action["channel"]) != nil else { return Self.error("Channel not found", action) }
        guard ["in", "out", "all"].contains(action["direction"].lowercased()) else {
            return Self.error("Invalid direction specified. Must be either 'in', 'out', or 'all'", action)
        }
        return PBXDialogue.response("Success", action, [])
    }

    mutating func record(_ action: PBXAction) -> [UInt8] {
        guard let serial = channel(action["channel"]) else { return Self.error("No such channel", action) }
        let digits = String(random.next() >> 24, radix: 16)
        let id = "0x7f" + String(repeating: "0", count: max(0, 10 - digits.utf8.count)) + digits
        channels[serial]?.recordings.append(id)
        emit("MixMonitorStart", on: serial)
        return PBXDialogue.response("Success", action, [("MixMonitorID", id)])
    }

    mutating func stopRecording(_ action: PBXAction) -> [UInt8] {
        guard let serial = channel(action["channel"]) else { return Self.error("No such channel", action) }
        let wanted = action["mixmonitorid"]
        let known = channels[serial]?.recordings ?? []
        guard wanted.isEmpty ? !known.isEmpty : known.contains(wanted) else {
            return Self.error("Could not stop monitoring channel", action)
        }
        channels[serial]?.recordings = wanted.isEmpty ? [] : known.filter { $0 != wanted }
        emit("MixMonitorStop", on: serial)
        return PBXDialogue.response("Success", action, [])
    }

    mutating func muteRecording(_ action: PBXAction) -> [UInt8] {
        guard let serial = channel(action["channel"]) else { return Self.error("No such channel", action) }
        guard channels[serial]?.recordings.isEmpty == false else {
            return Self.error("Cannot set mute flag", action)
        }
        let (direction, state) = (action["direction"], action["state"])
        emit("MixMonitorMute", on: serial) { bytes in
            bytes.appendHeader("Direction", direction)
            bytes.appendHeader("State", state)
        }
        return PBXDialogue.response("Success", action, [])
    }

    /// Phones obey at once: `hold` and `talk` of a conversation, `talk` while it rings.
    mutating func notify(_ action: PBXAction) -> [UInt8] {
        let endpoint = action["endpoint"]
        let device = endpoint.hasPrefix("PJSIP/") ? endpoint : "PJSIP/\(endpoint)"
        let found =
            action["channel"].isEmpty
            ? (occupants[device] ?? []).filter { channels[$0]?.face.state != .down }.first : channel(action["channel"])
        guard action["channel"].isEmpty ? agents.contains(String(device.dropFirst(6))) : found != nil else {
            return Self.error("Unable to retrieve endpoint \(endpoint)", action)
        }
        guard let serial = found else { return Self.success("NOTIFY sent", action) }
        switch action["variable"].lowercased() {
        case "event=hold": if channels[serial]?.activity == .talking { plan(.hold, for: serial, milliseconds: 100) }
        case "event=talk":
            let isRinging = channels[serial]?.face.state == .ringing
            plan(isRinging ? .answer : .resume, for: serial, milliseconds: 100)
        default: break
        }
        return Self.success("NOTIFY sent", action)
    }

    func getVariable(_ action: PBXAction) -> [UInt8] {
        let (name, text) = (action["channel"], action["variable"])
        guard !text.isEmpty else { return Self.error("No variable specified", action) }
        let serial = channel(name)
        guard name.isEmpty || serial != nil else { return Self.error("No such channel", action) }
        let value = value(of: text) ?? serial.flatMap { channels[$0]?.variables[text] } ?? ""
        return PBXDialogue.response("Success", action, [("Variable", text), ("Value", value)])
    }

    /// The value of a function of the dialplan.
    private func value(of text: String) -> String? {
        guard let open = text.firstIndex(of: "("), text.hasSuffix(")") else { return nil }
        let inner = text[text.index(after: open)...].dropLast()
        let arguments = inner.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        switch text[..<open] {
        case "DIALPLAN_EXISTS":
            guard arguments.count > 1 else { return Self.contexts.contains(arguments[0]) ? "1" : "0" }
            return exists(arguments[1], in: arguments[0]) ? "1" : "0"
        case "QUEUE_EXISTS": return queues[arguments[0]] == nil ? "0" : "1"
        case "DEVICE_STATE":
            return allDevices.contains(arguments[0]) ? state(of: arguments[0]) : "INVALID"
        default: return ""
        }
    }

    mutating func setVariable(_ action: PBXAction) -> [UInt8] {
        guard !action["variable"].isEmpty else { return Self.error("No variable specified", action) }
        guard let serial = channel(action["channel"]) else { return Self.error("No such channel", action) }
        channels[serial]?.variables[action["variable"]] = action["value"]
        return Self.success("Variable Set", action)
    }
}
