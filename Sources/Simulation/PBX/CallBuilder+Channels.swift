import Basics

extension CallBuilder {
    /// A new channel, with its Cdr object.
    ///
    /// - Parameter call: a channel of the call that this one joins; `nil` starts a new call.
    mutating func newChannel(
        _ party: PBXParty,
        named name: String? = nil,
        state: PBXChannel.State,
        exten: String,
        context: String,
        joining call: Int? = nil
    ) -> Int {
        let uniqueID = numbering.uniqueID(at: clock, systemName: dialect.systemName)
        let channel = PBXChannel(
            name: name ?? "\(party.endpoint)-\(numbering.channelSuffix())",
            uniqueID: uniqueID,
            linkedID: call.map { channels[$0].linkedID } ?? uniqueID,
            party: party,
            state: state,
            context: context,
            exten: exten
        )
        channels.append(channel)
        let index = channels.count - 1
        openRecord(for: index)
        emitCEL("CHAN_START", on: index)
        emit("Newchannel", about: index)
        return index
    }

    /// An incoming call from a phone or a trunk.
    mutating func arrive(_ party: PBXParty, dialling exten: String, in context: String, joining call: Int? = nil) -> Int
    {
        let index = newChannel(party, state: .ring, exten: exten, context: context, joining: call)
        emitDeviceState(of: index, "INUSE")
        return index
    }

    mutating func setState(_ state: PBXChannel.State, of index: Int) {
        channels[index].state = state
        emit("Newstate", about: index)
        if state == .ringing { emitDeviceState(of: index, "RINGING") }
        if state == .up { emitDeviceState(of: index, "INUSE") }
    }

    /// The dialplan continues at another extension.
    mutating func go(_ index: Int, to exten: String, in context: String) {
        channels[index].exten = exten
        channels[index].context = context
        channels[index].priority = 1
        changeRecord(of: index) { record in
            record.destination = exten
            record.context = context
        }
    }

    /// The channel executes an application; those that `apps` in cel.conf usually names emit an APP_START.
    mutating func run(_ application: String, _ data: String = "", on index: Int) {
        endApplication(on: index)
        channels[index].application = application
        channels[index].applicationData = data
        channels[index].priority += 1
        changeRecord(of: index) { record in
            record.application = application
            record.applicationData = data
        }
        guard ["Dial", "Queue", "Park", "ParkedCall", "ConfBridge", "VoiceMail"].contains(application) else { return }
        channels[index].showsApplication = true
        emitCEL("APP_START", on: index)
    }

    mutating func endApplication(on index: Int) {
        guard channels[index].showsApplication else { return }
        channels[index].showsApplication = false
        emitCEL("APP_END", on: index)
    }

    /// The channel is answered.
    mutating func answer(_ index: Int) {
        guard channels[index].answered == nil else { return }
        setState(.up, of: index)
        emitCEL("ANSWER", on: index)
        let now = clock
        channels[index].answered = now
        changeRecord(of: index) { $0.answer = now }
    }

    /// The channel ends: its last CELs, its Hangup, and the Cdrs of which it is party A.
    ///
    /// - Parameter source: the channel that hung up, as named in the CEL.
    mutating func hangUp(_ index: Int, cause: Int = 16, by source: Int? = nil) {
        if source == index { emit("HangupRequest", about: index) { $0.appendHeader("Cause", cause) } }
        endApplication(on: index)
        var extra = JSONWriter()
        extra.beginObject()
        extra.key("hangupcause")
        extra.integer(cause)
        extra.key("hangupsource")
        extra.string(source.map { channels[$0].name } ?? "")
        extra.key("dialstatus")
        extra.string(channels[index].dialStatus)
        extra.endObject()
        emitCEL("HANGUP", on: index, extra: extra.text)
        emitCEL("CHAN_END", on: index)
        channels[index].hasEnded = true
        let linkedID = channels[index].linkedID
        if !channels.contains(where: { $0.linkedID == linkedID && !$0.hasEnded }) { emitCEL("LINKEDID_END", on: index) }
        if source != index { emit("SoftHangupRequest", about: index) { $0.appendHeader("Cause", cause) } }
        emit("Hangup", about: index) { bytes in
            bytes.appendHeader("Cause", cause)
            bytes.appendHeader("Cause-txt", Self.text(ofCause: cause))
        }
        emitDeviceState(of: index, "NOT_INUSE")
        sendRecords(of: index)
    }

    private static func text(ofCause cause: Int) -> String {
        switch cause {
        case 16: "Normal Clearing"
        case 17: "User busy"
        case 19: "User alerting, no answer"
        case 26: "Answered elsewhere"
        case 34: "Circuit/channel congestion"
        default: "Unknown"
        }
    }
}
