import Basics

extension CallBuilder {
    /// The result of dialling a party.
    enum DialOutcome: String {
        case answer = "ANSWER"
        case busy = "BUSY"
        case noAnswer = "NOANSWER"
        case congestion = "CONGESTION"
        case cancel = "CANCEL"
    }

    /// Calls `target` for `caller`, with the caller's current application if it is Queue, else with Dial.
    ///
    /// The caller's Cdr gets the new channel as party B; if it already has one, another Cdr is created.
    mutating func dial(_ target: PBXParty, for caller: Int, named name: String? = nil, rings: Bool = true) -> Int {
        if channels[caller].application != "Queue" { run("Dial", "\(target.endpoint),30,tT", on: caller) }
        let index = newChannel(
            target,
            named: name,
            state: .down,
            exten: channels[caller].exten,
            context: channels[caller].context,
            joining: caller
        )
        channels[index].application = channels[caller].application == "Queue" ? "AppQueue" : "AppDial"
        channels[index].applicationData = "(Outgoing Line)"
        channels[index].connectedNumber = channels[caller].party.number
        channels[index].connectedName = channels[caller].party.name
        channels[index].peerAccount = channels[caller].party.account
        emit("NewConnectedLine", about: index)
        meet(caller, with: index)
        let (from, to) = (channels[caller], channels[index])
        emit("DialBegin", .channel) { bytes in
            from.append(to: &bytes)
            to.append(to: &bytes, prefix: "Dest")
            bytes.appendHeader("DialString", String(to.name.split(separator: "/").last ?? ""))
        }
        if rings { ring(index, for: caller) }
        return index
    }

    /// Sets `peer` as party B of `owner`'s Cdr.
    mutating func meet(_ owner: Int, with peer: Int) {
        if let open = records.last(where: { $0.owner == owner && $0.end == nil }) {
            if open.peer != nil {
                closeRecord(of: owner)
                openRecord(for: owner)
            }
        } else {
            openRecord(for: owner)
        }
        changeRecord(of: owner) { record in
            record.peer = peer
            record.isSent = true
        }
    }

    /// Sets `peer` as party B of a Cdr of `owner` without closing those that `owner` has with others.
    mutating func meetToo(_ owner: Int, with peer: Int) {
        if records.contains(where: { $0.owner == owner && $0.end == nil && $0.peer != nil }) { openRecord(for: owner) }
        changeRecord(of: owner) { record in
            record.peer = peer
            record.isSent = true
        }
    }

    private mutating func ring(_ index: Int, for caller: Int) {
        setState(.ringing, of: index)
        let (from, to) = (channels[caller], channels[index])
        emit("DialState", .channel) { bytes in
            from.append(to: &bytes)
            to.append(to: &bytes, prefix: "Dest")
            bytes.appendHeader("DialStatus", "RINGING")
        }
    }

    /// Ends dialling; without an answer the called channel hangs up and the caller's Cdr is closed.
    mutating func endDial(_ index: Int, for caller: Int, _ outcome: DialOutcome) {
        if outcome == .answer { answer(index) }
        channels[caller].dialStatus = outcome.rawValue
        let (from, to) = (channels[caller], channels[index])
        emit("DialEnd", .channel) { bytes in
            from.append(to: &bytes)
            to.append(to: &bytes, prefix: "Dest")
            bytes.appendHeader("DialStatus", outcome.rawValue)
        }
        switch outcome {
        case .answer:
            answer(caller)
            channels[caller].connectedNumber = to.party.number
            channels[caller].connectedName = to.party.name
            channels[caller].peerAccount = to.party.account
        case .busy: fail(index, for: caller, cause: 17, "BUSY")
        case .noAnswer, .cancel: fail(index, for: caller, cause: outcome == .cancel ? 26 : 19, "NO ANSWER")
        case .congestion: fail(index, for: caller, cause: 34, dialect.reportsCongestion ? "CONGESTION" : "FAILED")
        }
    }

    private mutating func fail(_ index: Int, for caller: Int, cause: Int, _ disposition: String) {
        closeRecord(of: caller, disposition)
        hangUp(index, cause: cause)
    }

    /// Puts channels into a new bridge; returns its index.
    mutating func bridge(_ members: [Int], _ technology: PBXBridge.Technology = .simple) -> Int {
        bridges.append(PBXBridge(technology, using: &random))
        let index = bridges.count - 1
        emitBridge("BridgeCreate", index)
        for member in members { enter(member, index) }
        return index
    }

    mutating func enter(_ member: Int, _ index: Int) {
        emitCEL("BRIDGE_ENTER", on: member, peer: names(in: index), extra: extra(of: index))
        bridges[index].members.append(member)
        emitBridge("BridgeEnter", index, member)
    }

    mutating func leave(_ member: Int, _ index: Int) {
        bridges[index].members.removeAll { $0 == member }
        emitCEL("BRIDGE_EXIT", on: member, peer: names(in: index), extra: extra(of: index))
        emitBridge("BridgeLeave", index, member)
        if bridges[index].members.isEmpty { emitBridge("BridgeDestroy", index) }
    }

    private mutating func emitBridge(_ event: String, _ index: Int, _ member: Int? = nil) {
        let bridge = bridges[index]
        let channel = member.map { channels[$0] }
        emit(event, .channel) { bytes in
            bridge.append(to: &bytes)
            channel?.append(to: &bytes)
        }
    }

    /// The `Peer` of a CEL: the channels in the bridge.
    private func names(in index: Int) -> String {
        bridges[index].members.map { channels[$0].name }.joined(separator: ",")
    }

    private func extra(of index: Int) -> String {
        Self.extra(["bridge_id": bridges[index].id, "bridge_technology": bridges[index].technology.rawValue])
    }

    /// Two parties talk, then `first` hangs up.
    mutating func talk(_ caller: Int, _ callee: Int, seconds: ClosedRange<Int>, first: Int) {
        let index = bridge([callee, caller])
        pass(seconds: seconds)
        leave(callee, index)
        leave(caller, index)
        closeRecord(of: caller)
        hangUp(callee, by: first)
        hangUp(caller, by: first)
    }
}
