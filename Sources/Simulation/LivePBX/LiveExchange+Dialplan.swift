import Basics

/// The dialplan of a live exchange: phones, queues, the trunk, parked calls and the contexts that `calls` needs.
extension LiveExchange {
    /// The contexts that are there.
    static let contexts = ["from-internal", "from-trunk", "call-hold", "call-transfer", "call-queue"]

    func exists(_ exten: String, in context: String) -> Bool {
        switch context {
        case "from-internal":
            agents.contains(exten) || isOutside(exten) || queues["q\(exten)"] != nil || isSpace(exten)
        case "from-trunk": queue(ofNumber: exten) != nil
        case "call-hold": exten == "held" || exten == "holder"
        case "call-transfer", "call-queue": exten.utf8.count >= 2
        default: false
        }
    }

    /// The numbers under which the queues are called from outside.
    static func number(ofQueue index: Int) -> String { "\(18_005_551_000 + index)" }

    private func queue(ofNumber exten: String) -> String? {
        queueNames.indices.first { Self.number(ofQueue: $0) == exten }.map { queueNames[$0] }
    }

    private func isSpace(_ exten: String) -> Bool {
        (Array(exten.utf8)[...].integer).map { Self.spaces.contains($0) } ?? false
    }

    /// A channel executes an application of the dialplan.
    mutating func run(_ application: String, _ data: String, on serial: Int) {
        channels[serial]?.runsDialplan = true
        channels[serial]?.face.application = application
        channels[serial]?.face.applicationData = data
        if application != "Wait" { channels[serial]?.face.priority += 1 }
    }

    /// A channel begins at an extension.
    mutating func go(_ serial: Int, to exten: String, in context: String) {
        guard let channel = channels[serial] else { return }
        channels[serial]?.runsDialplan = true
        channels[serial]?.face.context = context
        channels[serial]?.face.exten = exten
        channels[serial]?.face.priority = 1
        channels[serial]?.begin(.idle)
        let seconds = channel.variables["CALL_RING_SECONDS"].flatMap { Array($0.utf8)[...].integer } ?? 30
        guard exists(exten, in: context) else { return hangUp(serial, cause: 0, by: .dialplan) }
        switch context {
        case "call-hold": wait(serial, priority: exten == "held" ? 2 : 1, seconds: 3600)
        case "call-transfer":
            dialLocal(exten, in: target(of: serial), for: serial, seconds: min(max(seconds, 1), 3600))
        case "call-queue": join(serial, queue: exten)
        case "from-trunk": if let queue = queue(ofNumber: exten) { join(serial, queue: queue) }
        default:
            if queues["q\(exten)"] != nil { return join(serial, queue: "q\(exten)") }
            if isSpace(exten) { return pickUp(Array(exten.utf8)[...].integer ?? 0, by: serial) }
            dial(exten, for: serial, seconds: 30)
        }
    }

    private mutating func wait(_ serial: Int, priority: Int, seconds: Int) {
        run("Wait", "\(seconds)", on: serial)
        channels[serial]?.face.priority = priority
        channels[serial]?.begin(.waiting)
        plan(.endWait, for: serial, milliseconds: seconds * 1000)
    }

    /// Left alone by a bridge: in the context of holds there are some seconds for the next Bridge.
    mutating func proceed(_ serial: Int) {
        guard let face = channels[serial]?.face else { return }
        let last = face.exten == "held" ? 3 : 2
        if face.context == "call-hold", face.priority == last {
            wait(serial, priority: last, seconds: 5)
        } else {
            hangUp(serial, by: .dialplan)
        }
    }

    /// A transfer reached nobody: the transferer's phone rings, once.
    mutating func comeBack(_ serial: Int, _ status: String, cause: Int) {
        guard let channel = channels[serial] else { return }
        guard !channel.isReturned, let back = channel.variables["CALL_RETURN"], !back.isEmpty else {
            return hangUp(serial, cause: cause, by: .dialplan)
        }
        channels[serial]?.isReturned = true
        channels[serial]?.face.priority = 4
        let id = channel.variables["CALL_TRANSFER_ID"] ?? ""
        emit("UserEvent", on: serial, .user) { bytes in
            bytes.appendHeader("UserEvent", "CallTransferReturn")
            bytes.appendHeader("TransferId", id)
            bytes.appendHeader("DialStatus", status)
        }
        dialLocal(back, in: target(of: serial), for: serial, seconds: 30)
    }

    /// The context in which transfers dial.
    private func target(of serial: Int) -> String {
        channels[serial]?.variables["CALL_TARGET_CONTEXT"] ?? "from-internal"
    }
}
