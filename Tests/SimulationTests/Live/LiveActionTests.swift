import AMI
import Basics
import LiveCalls
import TestSupport
import Testing

@testable import Simulation

/// The actions of a live exchange, as the service sends them.
struct LiveActionTests {
    /// 1001 talks with 1002, by an Originate.
    private func conversation() -> LiveWatch {
        var watch = LiveWatch(LiveWatch.calm)
        watch.act(
            "Action: Originate",
            "Channel: PJSIP/1001",
            "Context: from-internal",
            "Exten: 1002",
            "Priority: 1",
            "Async: true",
            "CallerID: \"Click\" <1002>",
            "ChannelId: mayday-1"
        )
        watch.pass(milliseconds: 5000)
        return watch
    }

    private func name(_ watch: LiveWatch, _ agent: String) throws -> String {
        let channel = try #require(watch.exchange.channels.values.first { $0.face.device == "PJSIP/\(agent)" })
        return channel.face.name
    }

    private func state(_ watch: LiveWatch, _ id: String = "call_mayday-1") -> LiveCall.State? {
        watch.model.call(LiveModel.id(id))?.state
    }

    private func message(_ answer: [AMIMessage]) -> String { answer.first?.value(named: "Message")?.text ?? "" }

    @Test func `an Originate rings the agent, then the other phone, in the events of a recorded one`() throws {
        let watch = conversation()
        #expect(state(watch) == .up)
        // Without those of devices, which come when Asterisk has time for them.
        let names = watch.events.map(\.event.text).filter { !["DeviceStateChange", "ExtensionStatus"].contains($0) }
        let expected = [
            "Newchannel", "NewCallerid", "NewConnectedLine", "DialBegin", "Newstate", "DialState", "Newstate",
            "DialEnd",
            "OriginateResponse", "Newchannel", "NewConnectedLine", "DialBegin", "NewConnectedLine", "Newstate",
            "DialState", "Newstate", "DialEnd", "BridgeCreate", "BridgeEnter", "BridgeEnter",
        ]
        #expect(names.filter { $0 != "QueueMemberStatus" } == expected)
    }

    @Test func `a busy phone, nobody, and no such phone are failures of an Originate with their reasons`() {
        var options = LiveWatch.calm
        options.unregistered = 1
        options.busyOnceIn = 1
        var watch = LiveWatch(options)
        let request = ["Context: from-internal", "Exten: 1002", "Async: true"]
        watch.act(["Action: Originate", "Channel: PJSIP/1001"] + request)
        watch.pass(milliseconds: 1000)
        watch.act(["Action: Originate", "Channel: PJSIP/1004"] + request)
        watch.act(["Action: Originate", "Channel: PJSIP/1009"] + request)
        options.busyOnceIn = 0
        options.unansweredOnceIn = 1
        var quiet = LiveWatch(options)
        quiet.act(["Action: Originate", "Channel: PJSIP/1001", "Timeout: 2000"] + request)
        quiet.pass(milliseconds: 2500)
        let answers = (watch.events + quiet.events).filter { $0.event.equals("OriginateResponse") }
        #expect(answers.map { $0.value(named: "Reason")?.text } == ["0", "0", "0", "3"])
        #expect(answers.allSatisfy { $0.value(named: "Response")?.text == "Failure" })
        let causes = (watch.events + quiet.events).filter { $0.event.equals("Hangup") }
        #expect(causes.map { $0.value(named: "Cause")?.text } == ["17", "19"])
    }

    @Test func `a call is held by Redirect, joined again by Bridge, and one who stays alone waits five seconds`() throws
    {
        var watch = conversation()
        let (agent, other) = (try name(watch, "1001"), try name(watch, "1002"))
        let hold = watch.act(
            "Action: Redirect",
            "Channel: \(other)",
            "Context: call-hold",
            "Exten: held",
            "Priority: 1",
            "ExtraChannel: \(agent)",
            "ExtraContext: call-hold",
            "ExtraExten: holder",
            "ExtraPriority: 1"
        )
        #expect(message(hold) == "Dual Redirect successful")
        #expect(state(watch) == .held)
        let join = watch.act("Action: Bridge", "Channel1: \(agent)", "Channel2: \(other)", "Tone: no")
        #expect(message(join) == "Channels have been bridged")
        #expect(state(watch) == .up)
        watch.act("Action: Hangup", "Channel: \(other)", "Cause: 16")
        #expect(watch.exchange.channelCount == 1)
        watch.pass(milliseconds: 4900)
        #expect(watch.exchange.channelCount == 1)
        watch.pass(milliseconds: 200)
        #expect(state(watch) == .ended)
    }

    @Test func `a managed transfer by Bridge leaves the customer with the target`() throws {
        var watch = conversation()
        let (agent, customer) = (try name(watch, "1001"), try name(watch, "1002"))
        watch.act(
            "Action: Redirect",
            "Channel: \(customer)",
            "Context: call-hold",
            "Exten: held",
            "Priority: 1",
            "ExtraChannel: \(agent)",
            "ExtraContext: call-hold",
            "ExtraExten: holder",
            "ExtraPriority: 1"
        )
        watch.act(
            "Action: Originate",
            "Channel: PJSIP/1003",
            "Context: call-hold",
            "Exten: holder",
            "Priority: 1",
            "Async: true",
            "ChannelId: consult-1"
        )
        watch.pass(milliseconds: 3000)
        let target = try name(watch, "1003")
        watch.act("Action: Bridge", "Channel1: \(agent)", "Channel2: \(target)")
        watch.act("Action: Bridge", "Channel1: \(customer)", "Channel2: \(target)")
        let pair = watch.model.partner(ofChannel: LiveModel.id("consult-1"))
        #expect(pair?.name.elementsEqual(customer.utf8) == true)
        watch.act("Action: Hangup", "Channel: \(agent)")
        #expect(watch.exchange.channelCount == 2)
        #expect(watch.compare() == [])
    }

    @Test func `a blind transfer to nobody rings the transferer again`() throws {
        var options = LiveWatch.calm
        options.unregistered = 1
        var watch = LiveWatch(options)
        watch.act("Action: Originate", "Channel: PJSIP/1001", "Context: from-internal", "Exten: 1002", "Async: true")
        watch.pass(milliseconds: 5000)
        let (agent, customer) = (try name(watch, "1001"), try name(watch, "1002"))
        for (variable, value) in [("CALL_RETURN", "1001"), ("CALL_TRANSFER_ID", "transfer_1")] {
            let set = watch.act(
                "Action: Setvar",
                "Channel: \(customer)",
                "Variable: \(variable)",
                "Value: \(value)"
            )
            #expect(message(set) == "Variable Set")
        }
        let transfer = watch.act("Action: BlindTransfer", "Channel: \(agent)", "Context: call-transfer", "Exten: 1004")
        #expect(message(transfer) == "Transfer succeeded")
        let notice = try #require(watch.events.first { $0.event.equals("UserEvent") })
        #expect(notice.value(named: "TransferId")?.text == "transfer_1")
        #expect(notice.value(named: "DialStatus")?.text == "CHANUNAVAIL")
        watch.pass(milliseconds: 3000)
        let back = try name(watch, "1001")
        #expect(back != agent)
        #expect(watch.compare() == [])
    }

    @Test func `a blind transfer goes through a Local channel to the phone behind it`() throws {
        var watch = conversation()
        let (agent, customer) = (try name(watch, "1001"), try name(watch, "1002"))
        watch.act("Action: BlindTransfer", "Channel: \(agent)", "Context: call-transfer", "Exten: 1003")
        watch.pass(milliseconds: 3000)
        let names = watch.exchange.channels.values.map(\.face.name)
        #expect(names.filter { $0.hasPrefix("Local/1003@from-internal-") }.count == 2)
        let target = try #require(watch.exchange.channels.values.first { $0.face.name.hasPrefix("PJSIP/1003-") })
        let partner = watch.model.partner(ofChannel: LiveModel.id(target.face.uniqueID))
        #expect(partner?.name.elementsEqual(customer.utf8) == true)
        #expect(state(watch) == .up)
        #expect(watch.compare() == [])
        watch.act("Action: Hangup", "Channel: \(customer)")
        #expect(watch.exchange.channelCount == 0)
    }

    @Test func `a parked call is taken by its number`() throws {
        var watch = conversation()
        let (agent, other) = (try name(watch, "1001"), try name(watch, "1002"))
        watch.act("Action: Park", "Channel: \(other)", "TimeoutChannel: \(agent)", "Timeout: 60000")
        #expect(state(watch) == .parked)
        watch.act("Action: Originate", "Channel: PJSIP/1003", "Context: from-internal", "Exten: 701", "Async: true")
        watch.pass(milliseconds: 3000)
        #expect(watch.events.contains { $0.event.equals("UnParkedCall") })
        #expect(state(watch) == .up)
        #expect(watch.compare() == [])
    }

    @Test func `members are paused, added and removed, with the errors of Asterisk`() {
        var watch = LiveWatch(LiveWatch.calm)
        let answers = [
            watch.act("Action: QueuePause", "Interface: PJSIP/1001", "Paused: true", "Reason: lunch"),
            watch.act("Action: QueuePause", "Interface: PJSIP/9999", "Paused: true"),
            watch.act("Action: QueueAdd", "Queue: q600", "Interface: PJSIP/1002"),
            watch.act("Action: QueueAdd", "Queue: q600", "Interface: PJSIP/1002"),
            watch.act("Action: QueueRemove", "Queue: q600", "Interface: PJSIP/1002"),
            watch.act("Action: QueueRemove", "Queue: q600", "Interface: PJSIP/1002"),
            watch.act("Action: QueuePause", "Interface: PJSIP/1001", "Paused: false"),
        ]
        #expect(
            answers.map(message) == [
                "Interface paused successfully", "Interface not found", "Added interface to queue",
                "Unable to add interface: Already there", "Removed interface from queue",
                "Unable to remove interface: Not there", "Interface unpaused successfully",
            ]
        )
    }

    @Test func `an action needs one of its classes and a channel that is there`() {
        var watch = LiveWatch(LiveWatch.calm)
        let denied = watch.act("Action: MixMonitor", "Channel: x", write: .call)
        #expect(message(denied) == "Permission denied")
        #expect(message(watch.act("Action: QueueStatus", write: [])) == "Queue status will follow")
        #expect(message(watch.act("Action: Hangup", "Channel: x")) == "No such channel")
        #expect(message(watch.act("Action: Redirect", "Channel: x")) == "Channel does not exist: x")
        #expect(message(watch.act("Action: Bridge", "Channel1: x", "Channel2: y")) == "Channel1 does not exist: x")
        #expect(
            message(watch.act("Action: BlindTransfer", "Channel: x", "Exten: 1")) == "Channel specified does not exist"
        )
    }

    @Test(arguments: [
        ("DIALPLAN_EXISTS(from-internal,1002,1)", "1"), ("DIALPLAN_EXISTS(from-internal,1099,1)", "0"),
        ("DIALPLAN_EXISTS(call-hold,held,1)", "1"), ("QUEUE_EXISTS(q600)", "1"), ("QUEUE_EXISTS(q699)", "0"),
        ("DEVICE_STATE(PJSIP/1003)", "NOT_INUSE"),
    ])
    func `functions are asked without a channel`(function: String, value: String) {
        var watch = LiveWatch(LiveWatch.calm)
        let answer = watch.act("Action: Getvar", "Variable: \(function)")
        #expect(answer.first?.value(named: "Value")?.text == value)
    }

    @Test func `a phone is told to hold and to talk`() throws {
        var watch = conversation()
        let other = try name(watch, "1002")
        for (event, expected) in [("hold", LiveCall.State.held), ("talk", .up)] {
            let answer = watch.act("Action: PJSIPNotify", "Channel: \(other)", "Variable: Event=\(event)")
            #expect(message(answer) == "NOTIFY sent")
            watch.pass(milliseconds: 200)
            #expect(state(watch) == expected)
            #expect(watch.compare() == [])
        }
    }

    @Test func `faults make the next action of a name refused, late or without effect`() throws {
        var watch = conversation()
        let name = try name(watch, "1001")
        watch.exchange.inject(ActionFault("Hangup", .refused))
        watch.exchange.inject(ActionFault("Hangup", .ignored))
        let lines = ["Action: Hangup", "Channel: \(name)"]
        #expect(watch.act(lines).first?.value(named: "Response")?.text == "Error")
        #expect(message(watch.act(lines)) == "Channel Hungup")
        #expect(watch.exchange.channelCount == 2)
        watch.exchange.inject(ActionFault("Hangup", .late(.seconds(3))))
        let action = PBXAction(lines: lines.map { Array($0.utf8)[...] })
        let reply = watch.exchange.answer(action, write: .all, at: watch.time)
        #expect(reply?.delay == .seconds(3))
        #expect(watch.exchange.channelCount == 0)
    }
}
