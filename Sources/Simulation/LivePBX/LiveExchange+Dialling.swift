import Basics

/// Phones that ring in a live exchange, and what their people do.
extension LiveExchange {
    /// Dials a phone or an outside number for a channel.
    mutating func dial(_ exten: String, for caller: Int, seconds: Int) {
        guard let target = party(exten) else { return dialFailed(nil, for: caller, "CHANUNAVAIL", cause: 20) }
        run("Dial", "\(target.endpoint),\(seconds),tT", on: caller)
        let serial = newDialled(target, for: caller)
        let dialled = channels[caller]?.face.exten ?? ""
        channels[serial]?.face.exten = dialled
        connect(serial, to: caller)
        emit("DialBegin", from: caller, to: serial) { $0.appendHeader("DialString", exten) }
        connect(caller, to: serial)
        ring(serial, for: caller)
        channels[caller]?.begin(.dialling(serial))
        expect(serial, seconds: seconds)
    }

    mutating func newDialled(_ target: PBXParty, for caller: Int, application: String = "AppDial") -> Int {
        let serial = newChannel(target, .down, exten: "s", context: "from-internal", joining: caller)
        channels[serial]?.face.application = application
        channels[serial]?.face.applicationData = "(Outgoing Line)"
        channels[serial]?.begin(.dialled(by: caller))
        return serial
    }

    mutating func ring(_ serial: Int, for caller: Int?) {
        guard willRing(serial) else { return }
        setState(.ringing, of: serial)
        emit("DialState", from: caller, to: serial) { $0.appendHeader("DialStatus", "RINGING") }
        if let caller { passOn(.ringing, from: caller) }
    }

    /// A phone with a call refuses another one.
    private func willRing(_ serial: Int) -> Bool {
        guard let device = channels[serial]?.face.device else { return false }
        return device == Self.trunk || (occupants[device] ?? []).count <= 1
    }

    /// Plans what the person does whose phone is dialled.
    mutating func expect(_ serial: Int, seconds: Int) {
        plan(.ringOut, for: serial, milliseconds: seconds * 1000)
        let isBusy = options.busyOnceIn > 0 && random.happens(onceIn: options.busyOnceIn)
        let isSilent = options.silentPhones.contains { "PJSIP/\($0)" == channels[serial]?.face.device }
        let isAway = options.unansweredOnceIn > 0 && random.happens(onceIn: options.unansweredOnceIn) || isSilent
        if isBusy || channels[serial]?.face.state != .ringing {
            plan(.refuse, for: serial, milliseconds: random.pick(50...300))
        } else if !isAway {
            plan(.answer, for: serial, milliseconds: random.pick(options.ringSeconds) * 1000 + random.pick(0...999))
        }
    }

    /// The person takes the call.
    mutating func answer(_ serial: Int) {
        guard let channel = channels[serial], case .dialled(let caller) = channel.activity else { return }
        setState(.up, of: serial)
        guard let caller else { return answerRequest(serial) }
        if channels[caller]?.activity == .queued { return connectAgent(serial, to: caller) }
        channels[serial]?.face.exten = ""
        setState(.up, of: caller)
        emitDialEnd(serial, for: caller, "ANSWER")
        bridge([serial, caller])
    }

    /// The phone refuses the call.
    mutating func refuse(_ serial: Int) {
        guard case .dialled(let caller) = channels[serial]?.activity else { return }
        emit("HangupRequest", on: serial) { bytes in
            bytes.appendHeader("Cause", 17)
            bytes.appendHeader("TechCause", 486)
        }
        dialFailed(serial, for: caller, "BUSY", cause: 17, code: 486)
    }

    /// Nobody has answered in time.
    mutating func ringOut(_ serial: Int) {
        guard case .dialled(let caller) = channels[serial]?.activity else { return }
        if caller == nil, let request = channels[serial]?.request {
            channels[serial]?.request = nil
            end(serial, cause: 19, code: 480)
            return respond(to: request, reason: 3)
        }
        dialFailed(serial, for: caller, "NOANSWER", cause: 19)
    }

    /// Ends dialling without an answer; the caller goes on in the dialplan.
    mutating func dialFailed(_ serial: Int?, for caller: Int?, _ status: String, cause: Int, code: Int? = nil) {
        if let serial {
            emitDialEnd(serial, for: caller, status)
            if let caller, channels[caller]?.activity == .queued { missAgent(serial, caller) }
            end(serial, cause: cause, code: code)
        }
        guard let caller, let channel = channels[caller], channel.activity != .queued else { return }
        channels[caller]?.begin(.idle)
        switch channel.face.context {
        case "call-transfer", "call-queue": comeBack(caller, status, cause: cause)
        default: hangUp(caller, cause: cause, by: .dialplan)
        }
    }

    /// The caller is gone before somebody answered.
    mutating func cancel(_ serial: Int, for caller: Int, cause: Int) {
        guard channels[serial] != nil else { return }
        emitDialEnd(serial, for: caller, "CANCEL")
        end(serial, cause: cause)
    }

    mutating func emitDialEnd(_ serial: Int, for caller: Int?, _ status: String) {
        emit("DialEnd", from: caller, to: serial) { $0.appendHeader("DialStatus", status) }
    }

    /// Who is reached by a number: a registered phone, or somebody behind the trunk; `nil` for nobody.
    func party(_ exten: String) -> PBXParty? {
        if agents.contains(exten) {
            guard isRegistered(exten) else { return nil }
            return PBXParty(endpoint: "PJSIP/\(exten)", number: exten, name: Self.name(of: exten), account: "")
        }
        return isOutside(exten) ? PBXParty(endpoint: Self.trunk, number: exten, name: "", account: "") : nil
    }

    func isOutside(_ exten: String) -> Bool {
        let digits = exten.hasPrefix("+") ? exten.dropFirst() : exten[...]
        return digits.utf8.count >= 7 && digits.utf8.allSatisfy(ASCII.isDigit)
    }
}
