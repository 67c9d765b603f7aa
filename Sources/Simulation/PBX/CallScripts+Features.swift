import Basics

/// Transfers, parking, and calls that end in an application.
extension CallBuilder {
    /// A calls B, and B transfers A to C: two Cdrs with A's UniqueID.
    mutating func blindTransfer() {
        let people = phones(3)
        let a = arrive(.outside(using: &random), dialling: people[1].number, in: "from-trunk")
        let b = dial(people[1], for: a)
        pass(seconds: 2...8)
        endDial(b, for: a, .answer)
        let first = bridge([b, a])
        pass(seconds: 5...60)
        emitCEL(
            "BLINDTRANSFER",
            on: b,
            extra: Self.extra([
                "extension": people[2].number, "context": "from-internal-xfer", "bridge_id": bridges[first].id,
                "transferee_channel_name": channels[a].name, "transferee_channel_uniqueid": channels[a].uniqueID,
            ])
        )
        let (transferer, transferee, bridge) = (channels[b], channels[a], bridges[first])
        emit("BlindTransfer", .channel) { bytes in
            bytes.appendHeader("Result", "Success")
            transferer.append(to: &bytes, prefix: "Transferer")
            transferee.append(to: &bytes, prefix: "Transferee")
            bridge.append(to: &bytes)
            bytes.appendHeader("IsExternal", "Yes")
            bytes.appendHeader("Context", "from-internal-xfer")
            bytes.appendHeader("Extension", people[2].number)
        }
        leave(a, first)
        leave(b, first)
        closeRecord(of: a)
        hangUp(b, by: b)
        go(a, to: people[2].number, in: "from-internal-xfer")
        let c = dial(people[2], for: a)
        pass(seconds: 2...8)
        endDial(c, for: a, .answer)
        talk(a, c, seconds: 5...120, first: a)
    }

    /// A calls B, B calls C on a second channel, then A and C talk: three Cdrs.
    mutating func attendedTransfer() {
        let people = phones(3)
        let a = arrive(.outside(using: &random), dialling: people[1].number, in: "from-trunk")
        let b = dial(people[1], for: a)
        pass(seconds: 2...8)
        endDial(b, for: a, .answer)
        let first = bridge([b, a])
        pass(seconds: 5...60)
        let second = arrive(people[1], dialling: people[2].number, in: "from-internal")
        let c = dial(people[2], for: second)
        pass(seconds: 2...8)
        endDial(c, for: second, .answer)
        let consultation = bridge([c, second])
        pass(seconds: 3...20)
        emitAttendedTransfer(of: a, by: (b, first), (second, consultation), to: c)
        leave(second, consultation)
        leave(b, first)
        closeRecord(of: a)
        closeRecord(of: second)
        leave(c, consultation)
        meet(a, with: c)
        changeRecord(of: a) { $0.destination = people[2].number }
        enter(c, first)
        hangUp(b, by: b)
        hangUp(second, by: second)
        pass(seconds: 5...120)
        leave(c, first)
        leave(a, first)
        closeRecord(of: a)
        hangUp(c, by: a)
        hangUp(a, by: a)
    }

    private mutating func emitAttendedTransfer(
        of a: Int,
        by original: (channel: Int, bridge: Int),
        _ second: (channel: Int, bridge: Int),
        to c: Int
    ) {
        emitCEL(
            "ATTENDEDTRANSFER",
            on: original.channel,
            extra: Self.extra([
                "bridge1_id": bridges[original.bridge].id,
                "channel2_name": channels[second.channel].name,
                "channel2_uniqueid": channels[second.channel].uniqueID,
                "bridge2_id": bridges[second.bridge].id,
                "transferee_channel_name": channels[a].name,
                "transferee_channel_uniqueid": channels[a].uniqueID,
                "transfer_target_channel_name": channels[c].name,
                "transfer_target_channel_uniqueid": channels[c].uniqueID,
            ])
        )
        let (channels, bridges) = (channels, bridges)
        emit("AttendedTransfer", .channel) { bytes in
            bytes.appendHeader("Result", "Success")
            channels[original.channel].append(to: &bytes, prefix: "OrigTransferer")
            bytes.appendHeader("OrigBridgeUniqueid", bridges[original.bridge].id)
            channels[second.channel].append(to: &bytes, prefix: "SecondTransferer")
            bytes.appendHeader("SecondBridgeUniqueid", bridges[second.bridge].id)
            channels[a].append(to: &bytes, prefix: "Transferee")
            channels[c].append(to: &bytes, prefix: "TransferTarget")
            bytes.appendHeader("IsExternal", "No")
            bytes.appendHeader("DestType", "Bridge")
            bytes.appendHeader("DestBridgeUniqueid", bridges[original.bridge].id)
        }
    }

    /// A calls B, B parks A, and C retrieves A: A talked to B and to C, and C ran ParkedCall, which gives three Cdrs.
    mutating func parkedCall() {
        let people = phones(3)
        let a = arrive(.outside(using: &random), dialling: people[1].number, in: "from-trunk")
        let b = dial(people[1], for: a)
        pass(seconds: 2...8)
        endDial(b, for: a, .answer)
        let first = bridge([b, a])
        pass(seconds: 5...60)
        leave(a, first)
        leave(b, first)
        closeRecord(of: a)
        hangUp(b, by: b)
        go(a, to: "", in: "parkedcalls")
        run("Park", "default:701", on: a)
        openRecord(for: a)
        let lot = bridge([a], .holding)
        let start = Self.extra(["parker_dial_string": people[1].endpoint, "parking_lot": "default"])
        emitCEL("PARK_START", on: a, extra: start)
        emitParked("ParkedCall", a, nil, by: people[1], seconds: 0)
        let parked = clock
        pass(seconds: 5...30)
        let c = arrive(people[2], dialling: "701", in: "parkedcalls", joining: a)
        run("ParkedCall", "default,701", on: c)
        answer(c)
        changeRecord(of: c) { $0.isSent = true }
        let end = Self.extra(["reason": "ParkedCallUnparked", "retriever": channels[c].name])
        emitCEL("PARK_END", on: a, extra: end)
        emitParked("UnParkedCall", a, c, by: people[1], seconds: clock.seconds - parked.seconds)
        leave(a, lot)
        meet(a, with: c)
        talk(a, c, seconds: 5...90, first: a)
    }

    private mutating func emitParked(
        _ event: String,
        _ parkee: Int,
        _ retriever: Int?,
        by parker: PBXParty,
        seconds: Int
    ) {
        let (parkee, retriever) = (channels[parkee], retriever.map { channels[$0] })
        emit(event, .channel) { bytes in
            parkee.append(to: &bytes, prefix: "Parkee")
            retriever?.append(to: &bytes, prefix: "Retriever")
            bytes.appendHeader("ParkerDialString", parker.endpoint)
            bytes.appendHeader("Parkinglot", "default")
            bytes.appendHeader("ParkingSpace", 701)
            bytes.appendHeader("ParkingTimeout", 45)
            bytes.appendHeader("ParkingDuration", seconds)
        }
    }

    /// The call is not answered, and the caller leaves a message: the attempt and the message are two Cdrs.
    mutating func voicemailCall() {
        let phone = phones(1)[0]
        let caller = arrive(.outside(using: &random), dialling: phone.number, in: "from-trunk")
        go(caller, to: phone.number, in: "ext-local")
        let callee = dial(phone, for: caller)
        pass(seconds: 15...25)
        endDial(callee, for: caller, .noAnswer)
        go(caller, to: "vmu\(phone.number)", in: "macro-vm")
        run("VoiceMail", "\(phone.number)@default,u", on: caller)
        openRecord(for: caller)
        changeRecord(of: caller) { $0.isSent = true }
        answer(caller)
        pass(seconds: 5...60)
        emit("MessageWaiting", about: caller) { bytes in
            bytes.appendHeader("Mailbox", "\(phone.number)@default")
            bytes.appendHeader("Waiting", 1)
            bytes.appendHeader("New", 1)
            bytes.appendHeader("Old", 0)
        }
        hangUp(caller, by: caller)
    }

    /// Three people in a conference: one Cdr for each pair.
    mutating func conferenceCall() {
        let people = phones(3)
        var members: [Int] = []
        var room: Int?
        for person in people {
            let member = arrive(person, dialling: "600", in: "ext-conference", joining: members.first)
            answer(member)
            run("ConfBridge", "600", on: member)
            if let room { enter(member, room) } else { room = bridge([member], .conference) }
            for other in members { meetToo(other, with: member) }
            members.append(member)
            pass(seconds: 1...10)
        }
        pass(seconds: 20...120)
        for member in members {
            if let room { leave(member, room) }
            hangUp(member, by: member)
        }
    }

    /// A caller answers questions, and the dialplan records that with CELGenUserEvent.
    mutating func surveyCall() {
        let caller = arrive(.outside(using: &random), dialling: "4165550199", in: "from-trunk")
        go(caller, to: "s", in: "app-survey")
        changeRecord(of: caller) { $0.isSent = true }
        answer(caller)
        run("Read", "ANSWER,custom/how-was-it,1", on: caller)
        pass(seconds: 4...15)
        emitCEL("SURVEY_DONE", on: caller, extra: Self.extra(["extra": "score=\(random.pick(1...5)), \"fine\""]))
        run("Playback", "custom/thank-you", on: caller)
        pass(seconds: 2...4)
        hangUp(caller, by: caller)
    }
}
