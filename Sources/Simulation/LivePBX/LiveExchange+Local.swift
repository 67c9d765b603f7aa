import Basics

/// Local channels of a live exchange: `/n` ones, which stay for the whole call.
extension LiveExchange {
    /// Dials an extension of the dialplan for a channel, through a pair of Local channels.
    mutating func dialLocal(_ exten: String, in context: String, for caller: Int, seconds: Int) {
        guard exists(exten, in: context) else { return dialFailed(nil, for: caller, "CHANUNAVAIL", cause: 20) }
        run("Dial", "Local/\(exten)@\(context)/n,\(seconds),m", on: caller)
        let (one, two) = newPair(exten, in: context, for: caller)
        channels[one]?.begin(.dialled(by: caller))
        emitPair(one, two, exten, context)
        emit("DialBegin", from: caller, to: one) { $0.appendHeader("DialString", "\(exten)@\(context)/n") }
        channels[caller]?.begin(.dialling(one))
        plan(.ringOut, for: one, milliseconds: seconds * 1000)
        go(two, to: exten, in: context)
    }

    private mutating func newPair(_ exten: String, in context: String, for caller: Int) -> (Int, Int) {
        let digits = String(localPairs, radix: 16)
        localPairs += 1
        let name = "Local/\(exten)@\(context)-" + String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
        let nobody = PBXParty(endpoint: "Local/\(exten)@\(context)", number: "", name: "", account: "")
        let one = newChannel(nobody, .down, exten: exten, context: context, joining: caller, named: name + ";1")
        let two = newChannel(nobody, .ring, exten: exten, context: context, joining: caller, named: name + ";2")
        channels[one]?.otherHalf = two
        channels[two]?.otherHalf = one
        channels[one]?.face.application = "AppDial"
        channels[one]?.face.applicationData = "(Outgoing Line)"
        guard let party = channels[caller]?.face.party else { return (one, two) }
        // Each half shows what the other side would see.
        for (half, number, name, connected, connectedName) in [
            (one, exten, "", party.number, party.name), (two, party.number, party.name, exten, ""),
        ] {
            channels[half]?.face.party.number = number
            channels[half]?.face.party.name = name
            channels[half]?.face.connectedNumber = connected
            channels[half]?.face.connectedName = connectedName
            emit("NewCallerid", on: half) {
                $0.appendHeader("CID-CallingPres", "0 (Presentation Allowed, Not Screened)")
            }
            emit("NewConnectedLine", on: half)
        }
        return (one, two)
    }

    private mutating func emitPair(_ one: Int, _ two: Int, _ exten: String, _ context: String) {
        guard let first = channels[one]?.face, let second = channels[two]?.face else { return }
        emit("LocalBridge") { bytes in
            first.append(to: &bytes, prefix: "LocalOne")
            second.append(to: &bytes, prefix: "LocalTwo")
            bytes.appendHeader("Context", context)
            bytes.appendHeader("Exten", exten)
            bytes.appendHeader("LocalOptimization", "No")
        }
    }

    /// What happens to the second half happens to the first one, for whoever dialled it.
    mutating func passOn(_ state: PBXChannel.State, from serial: Int) {
        guard let one = channels[serial]?.otherHalf, case .dialled(let caller) = channels[one]?.activity else { return }
        if state == .up { return answer(one) }
        setState(.ringing, of: one)
        emit("DialState", from: caller, to: one) { $0.appendHeader("DialStatus", "RINGING") }
    }

    /// When one half is gone, the other one goes.
    mutating func endHalf(_ serial: Int?, cause: Int) {
        guard let serial, channels[serial] != nil else { return }
        channels[serial]?.otherHalf = nil
        emit("HangupRequest", on: serial) { $0.appendHeader("Cause", cause) }
        hangUp(serial, cause: cause, by: .dialplan)
    }

    /// The result of a dial by the cause for which the dialled channel ended.
    static func dialStatus(ofCause cause: Int) -> String {
        switch cause {
        case 17, 21: "BUSY"
        case 3, 20: "CHANUNAVAIL"
        default: "NOANSWER"
        }
    }
}
