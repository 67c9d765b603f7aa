import Basics

/// The actions that make, move and end calls.
extension LiveExchange {
    mutating func originate(_ action: PBXAction) -> [UInt8] {
        let (wanted, exten, context) = (action["channel"], action["exten"], action["context"])
        guard !wanted.isEmpty else { return Self.error("Channel not specified", action) }
        guard wanted.contains("/") else { return Self.error("Invalid channel", action) }
        guard action["application"].isEmpty, exists(exten, in: context) else {
            return Self.error("Extension does not exist.", action)
        }
        let request = ExchangeChannel.Request(
            actionID: action["actionid"],
            channel: wanted,
            context: context,
            exten: exten
        )
        let id = action["channelid"]
        let number = String(wanted.dropFirst("PJSIP/".count).prefix { $0 != "@" })
        guard wanted.hasPrefix("PJSIP/"), let target = party(number), id.isEmpty || channel(id) == nil else {
            respond(to: request, reason: 0)
            return Self.success("Originate successfully queued", action)
        }
        let serial = newChannel(target, .down, exten: "s", context: "from-internal", id: id.isEmpty ? nil : id)
        channels[serial]?.face.application = "AppDial2"
        channels[serial]?.face.applicationData = "(Outgoing Line)"
        channels[serial]?.request = request
        channels[serial]?.isRequested = true
        channels[serial]?.begin(.dialled(by: nil))
        for variable in action.all("variable") {
            let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { channels[serial]?.variables[String(parts[0])] = String(parts[1]) }
        }
        show(action["callerid"], on: serial)
        emit("DialBegin", from: nil, to: serial) { $0.appendHeader("DialString", number) }
        ring(serial, for: nil)
        let timeout = Array(action["timeout"].utf8)[...].integer ?? 30_000
        expect(serial, seconds: min(max(timeout / 1000, 1), 3600))
        return Self.success("Originate successfully queued", action)
    }

    /// Gives an originated channel the caller ID that was asked for: `"Name" <number>`, or a number.
    private mutating func show(_ callerID: String, on serial: Int) {
        guard !callerID.isEmpty else { return }
        let parts = callerID.split(separator: "<", maxSplits: 1)
        let number = (parts.count == 2 ? parts[1] : parts[0]).filter { $0 != ">" && $0 != " " }
        let name = parts.count == 2 ? parts[0].filter { $0 != "\"" } : ""
        channels[serial]?.face.party.number = number
        channels[serial]?.face.party.name = String(name.reversed().drop { $0 == " " }.reversed())
        emit("NewCallerid", on: serial) {
            $0.appendHeader("CID-CallingPres", "0 (Presentation Allowed, Not Screened)")
        }
        connect(serial, to: serial)
    }

    /// The phone of an Originate is answered: the channel begins in the dialplan.
    mutating func answerRequest(_ serial: Int) {
        guard let channel = channels[serial], let request = channel.request else { return }
        emitDialEnd(serial, for: nil, "ANSWER")
        channels[serial]?.request = nil
        respond(to: request, reason: 4, serial)
        go(serial, to: request.exten, in: request.context)
    }

    mutating func respond(to request: ExchangeChannel.Request, reason: Int, _ serial: Int? = nil) {
        let face = serial.flatMap { channels[$0]?.face }
        emit("OriginateResponse") { bytes in
            if !request.actionID.isEmpty { bytes.appendHeader("ActionID", request.actionID) }
            bytes.appendHeader("Response", face == nil ? "Failure" : "Success")
            bytes.appendHeader("Channel", face?.name ?? request.channel)
            bytes.appendHeader("Context", request.context)
            bytes.appendHeader("Exten", request.exten)
            bytes.appendHeader("Reason", reason)
            bytes.appendHeader("Uniqueid", face?.uniqueID ?? "<unknown>")
            bytes.appendHeader("CallerIDNum", (face?.party.number ?? "").orUnknown)
            bytes.appendHeader("CallerIDName", (face?.party.name ?? "").orUnknown)
        }
    }

    mutating func redirect(_ action: PBXAction) -> [UInt8] {
        let (name, extra) = (action["channel"], action["extrachannel"])
        guard !name.isEmpty else { return Self.error("Channel not specified", action) }
        guard let first = channel(name) else { return Self.error("Channel does not exist: \(name)", action) }
        guard channels[first]?.face.state == .up else {
            return Self.error("Redirect failed, channel not up.", action)
        }
        var moves = [(serial: first, exten: action["exten"], context: action["context"])]
        if !extra.isEmpty {
            guard let second = channel(extra) else {
                return Self.error("Extra channel does not exist: \(extra)", action)
            }
            guard channels[second]?.face.state == .up else {
                return Self.error("Redirect failed, extra channel not up.", action)
            }
            let isOwn = !action["extraexten"].isEmpty
            let exten = action[isOwn ? "extraexten" : "exten"]
            let context = action[isOwn ? "extracontext" : "context"]
            if second != first { moves.append((second, exten, context)) }
        }
        var left: [Int] = []
        for move in moves {
            release(move.serial)
            channels[move.serial]?.runsDialplan = true
            channels[move.serial]?.face.context = move.context
            channels[move.serial]?.face.exten = move.exten
            channels[move.serial]?.face.priority = 1
            if let bridge = leaveBridge(move.serial) { left.append(bridge) }
        }
        for bridge in left { if let alone = dissolve(bridge) { proceed(alone) } }
        for move in moves { go(move.serial, to: move.exten, in: move.context) }
        return Self.success(extra.isEmpty ? "Redirect successful" : "Dual Redirect successful", action)
    }

    mutating func bridge(_ action: PBXAction) -> [UInt8] {
        let names = [action["channel1"], action["channel2"]]
        guard !names.contains("") else { return Self.error("Missing channel parameter in request", action) }
        var serials: [Int] = []
        for (index, name) in names.enumerated() {
            let found = channels.values.filter { $0.face.name.hasPrefix(name) || $0.face.uniqueID == name }
            guard let serial = found.map(\.serial).min() else {
                return Self.error("Channel\(index + 1) does not exist: \(name)", action)
            }
            serials.append(serial)
        }
        guard serials[0] != serials[1], serials.allSatisfy({ channels[$0]?.face.state == .up }) else {
            return Self.error("Unable to bridge channels", action)
        }
        for serial in serials {
            release(serial)
            if channels[serial]?.bridge == nil { channels[serial]?.face.priority += 1 }
            channels[serial]?.runsDialplan = true
        }
        bridge(serials)
        return Self.success("Channels have been bridged", action)
    }

    mutating func blindTransfer(_ action: PBXAction) -> [UInt8] {
        let (name, exten, context) = (action["channel"], action["exten"], action["context"])
        guard !name.isEmpty else { return Self.error("No channel specified", action) }
        guard !exten.isEmpty else { return Self.error("No extension specified", action) }
        guard let serial = channel(name) else { return Self.error("Channel specified does not exist", action) }
        guard let index = channels[serial]?.bridge, let bridge = bridges[index], bridge.technology == .simple,
            let other = bridge.members.first(where: { $0 != serial }), bridge.members.count == 2,
            let (from, to) = channels[serial].flatMap({ from in channels[other].map { (from.face, $0.face) } })
        else { return Self.error("Transfer invalid", action) }
        completeVisit(of: serial, reason: "transfer")
        emit("Unhold", on: serial)
        if channels[serial]?.isOnHold == true {
            channels[serial]?.isOnHold = false
            touch(from.device)
        }
        emit("BlindTransfer") { bytes in
            bytes.appendHeader("Result", "Success")
            from.append(to: &bytes, prefix: "Transferer")
            to.append(to: &bytes, prefix: "Transferee")
            bridge.append(to: &bytes)
            bytes.appendHeader("IsExternal", "Yes")
            bytes.appendHeader("Context", context)
            bytes.appendHeader("Extension", exten)
        }
        channels[other]?.face.context = context
        channels[other]?.face.exten = exten
        channels[other]?.face.priority = 1
        channels[other]?.begin(.idle)
        channels[serial]?.begin(.idle)
        for one in [serial, other] { _ = leaveBridge(one) }
        hangUp(serial, by: .action)
        go(other, to: exten, in: context)
        return Self.success("Transfer succeeded", action)
    }

    mutating func hangUp(_ action: PBXAction) -> [UInt8] {
        guard !action["channel"].isEmpty else { return Self.error("No channel specified", action) }
        guard let serial = channel(action["channel"]) else { return Self.error("No such channel", action) }
        hangUp(serial, cause: Array(action["cause"].utf8)[...].integer ?? 16, by: .action)
        return Self.success("Channel Hungup", action)
    }
}
