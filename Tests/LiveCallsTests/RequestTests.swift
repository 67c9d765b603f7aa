import AMI
import Basics
import Testing

@testable import LiveCalls

/// What a service does to calls, and what it knows of them.
struct RequestTests {
    private let time = Capture.time(1)

    private func requested(_ model: inout LiveModel) -> [LiveChange] {
        var notes = LiveCall.Notes()
        notes.variables = [(Array("CALLERID".utf8), Array("1002".utf8))]
        let (id, changes) = model.request(
            channelID: Array("ac-1".utf8),
            extension: Array("1001".utf8),
            number: Array("18005551000".utf8),
            notes: notes,
            at: time
        )
        #expect(id?.text == "call_ac-1")
        return changes
    }

    @Test func `a requested call is known before the PBX answers, and its channels join it`() {
        var model = LiveModel()
        let changes = requested(&model)
        #expect(changes.map(\.kind) == [.callOriginated])
        #expect(changes.first?.extensions.map(\.text) == ["1001"])
        let call = model.liveCalls.first
        #expect(call?.state == .originating && call?.direction == .outbound)
        #expect(
            model.callJSON(Array("call_ac-1".utf8), at: time).contains(
                #""origin":"api","variables":{"CALLERID":"1002"}"#
            )
        )
        let again = model.request(
            channelID: Array("ac-1".utf8),
            extension: [],
            number: [],
            notes: .init(),
            at: time
        )
        #expect(again.id == nil && again.changes.isEmpty, "an id is given once")

        _ = model.apply(Events.newChannel("PJSIP/1001-00000001", id: "ac-1"), at: time)
        #expect(model.liveCalls.count == 1)
        #expect(model.liveCalls.first?.agentExtensions.map(\.text) == ["1001"])
        _ = model.apply(Events.newState("ac-1", 5), at: time)
        #expect(model.liveCalls.first?.state == .ringing)
        let end = model.apply(Events.hangup("ac-1", cause: 19), at: time)
        #expect(end.first?.kind == .callFailed)
        #expect(model.call(LiveModel.id("call_ac-1"))?.hangup?.cause == 19)
    }

    @Test func `a requested call without a channel fails when the service says so`() {
        var model = LiveModel()
        _ = requested(&model)
        let changes = model.fail(call: LiveModel.id("call_ac-1"), cause: 20, text: "unreachable", at: time)
        #expect(changes.map(\.kind) == [.callFailed])
        #expect(changes.first?.extensions.map(\.text) == ["1001"])
        #expect(model.call(LiveModel.id("call_ac-1"))?.hangup?.text.text == "unreachable")
        #expect(model.fail(call: LiveModel.id("call_ac-1"), cause: 1, text: "", at: time).isEmpty)
        #expect(model.brokenInvariants == [])
        model = LiveModel()
        _ = requested(&model)
        #expect(model.restart(at: time).map(\.kind) == [.callFailed], "nor does it survive a restart of the PBX")
    }

    @Test(arguments: ["managed-transfer-by-bridge", "managed-transfer-agent-hangs-up"])
    func `a consultation joins the call when its mark goes, and not when agent and target talk`(name: String) throws {
        var model = LiveModel()
        let (main, consult) = (LiveModel.id("call_mayday-1"), LiveModel.id("call_consult-1"))
        var (wereApart, isMarked) = (false, false)
        for event in try Capture(name).events {
            model.apply(event)
            if !isMarked, model.call(consult) != nil {
                _ = model.setConsult(call: consult, for: main, at: event.time)
                isMarked = true
            }
            let target = model.channel(LiveModel.id("consult-1"))
            if target?.connectedSince != nil, model.call(consult)?.endedAt == nil {
                wereApart = true
                #expect(model.call(main)?.agentExtensions.contains(Array("1003".utf8)) == false)
                // The customer talks with the target.
                if model.partner(ofChannel: LiveModel.id("consult-1"))?.extension.text == "1002" {
                    let changes = model.setConsult(call: consult, for: nil, at: event.time)
                    #expect(changes.contains { $0.kind == .callEnded && $0.id[...] == consult })
                    #expect(model.call(consult)?.mergedInto[...] == main)
                    #expect(model.call(main)?.agentExtensions.contains(Array("1003".utf8)) == true)
                }
            }
            #expect(model.brokenInvariants == [])
        }
        #expect(wereApart)
        #expect(model.liveCalls.isEmpty)
    }

    @Test func `a transfer of the service shows in the state, and its notes in the call`() throws {
        var model = LiveModel()
        for event in try Capture("originate-hold-unhold-hangup").events
        where model.liveCalls.first?.answeredAt == nil { model.apply(event) }
        let id = LiveModel.id("call_mayday-1")
        let version = model.call(id)?.version ?? 0
        let changes = model.note(call: id, at: time) { notes in
            notes.transferID = Array("transfer_1".utf8)
            notes.isTransferring = true
        }
        #expect(changes.map(\.kind) == [.callUpdated])
        #expect(model.call(id)?.state == .transferring)
        #expect(model.call(id)?.version == version + 1)
        #expect(model.note(call: id, at: time) { $0.isTransferring = true }.isEmpty, "nothing new")
        _ = model.note(call: id, at: time) { $0.isTransferring = false }
        #expect(model.call(id)?.state == .up)
        let muted = model.setMuted(channel: LiveModel.id("mayday-1"), isIn: true, at: time)
        #expect(muted.map(\.kind) == [.callUpdated])
        #expect(model.callJSON(Array(id), at: time).contains(#""mutedIn":true,"mutedOut":false"#))
    }

    @Test func `a person at an extension is shown with it, and days begin at 0`() throws {
        var model = LiveModel()
        let changes = model.note(agent: Array("1002".utf8), at: time) { notes in
            notes.username = Array("agent_1002".utf8)
            notes.isOnline = true
        }
        #expect(changes.map(\.kind) == [.agentStatus])
        for step in try Capture("queue-agent-pause-add-remove").steps { model.apply(step) }
        let agent = model.agentJSON("1002")
        #expect(agent.contains(#""name":"Agent 1002","username":"agent_1002""#))
        #expect(agent.contains(#""callsToday":1,"#))
        #expect(model.beginDay(at: time).map(\.id.text) == ["1002", "1004"])
        #expect(model.agentJSON("1002").contains(#""callsToday":0,"talkSecondsToday":0"#))
    }

    @Test func `work after a call ends by time alone`() {
        var model = LiveModel()
        let member =
            [
                "Queue": "q", "Interface": "PJSIP/1001", "Wrapuptime": "10", "LastCall": "0", "Paused": "0",
            ] as KeyValuePairs
        _ = model.apply(Events.event("QueueMemberAdded", member), at: time)
        _ = model.apply(
            Events.event(
                "QueueMemberStatus",
                ["Queue": "q", "Interface": "PJSIP/1001", "Wrapuptime": "10", "LastCall": "1795835001"]
            ),
            at: time
        )
        #expect(model.agent(LiveModel.id("1001"))?.state == .wrapup)
        #expect(model.advance(to: Capture.time(10)).isEmpty)
        let changes = model.advance(to: Capture.time(11))
        #expect(changes.map(\.kind) == [.agentStatus, .queueActivity])
        #expect(model.agent(LiveModel.id("1001"))?.state == .available)
    }

    @Test func `the state of an agent is the first that fits`() {
        var model = LiveModel()
        func state() -> LiveAgent.State? { model.agent(LiveModel.id("1001"))?.state }
        func device(_ state: String) {
            _ = model.apply(Events.event("DeviceStateChange", ["Device": "PJSIP/1001", "State": state]), at: time)
        }
        let states: KeyValuePairs<String, LiveAgent.State> = [
            "NOT_INUSE": .available, "INUSE": .onCall, "BUSY": .onCall, "RINGING": .ringing, "RINGINUSE": .onCall,
            "ONHOLD": .onHold, "UNAVAILABLE": .offline, "INVALID": .offline, "UNKNOWN": .available,
        ]
        for (text, expected) in states {
            device(text)
            #expect(state() == expected, "\(text)")
        }
        device("NOT_INUSE")
        device("nonsense")
        #expect(state() == .available)
        for queue in ["a", "b"] {
            _ = model.apply(
                Events.event("QueueMemberAdded", ["Queue": queue, "Interface": "PJSIP/1001", "Paused": "0"]),
                at: time
            )
        }
        func pause(_ queue: String) {
            _ = model.apply(
                Events.event(
                    "QueueMemberPause",
                    ["Queue": queue, "Interface": "PJSIP/1001", "Paused": "1", "PausedReason": "lunch"]
                ),
                at: time
            )
        }
        pause("a")
        #expect(state() == .available, "paused in one of two queues")
        pause("b")
        #expect(state() == .paused)
        #expect(model.agentJSON("1001").contains(#""paused":true,"pauseReason":"lunch","pausedSince":1795835001000"#))
        _ = model.apply(Events.newChannel("PJSIP/1001-00000001", id: "1", state: 5), at: time)
        #expect(state() == .ringing)
        device("UNAVAILABLE")
        #expect(state() == .offline)
    }

    @Test func `waiting callers have the places that the queue gives them`() {
        var model = LiveModel()
        for id in 1...4 { _ = model.apply(Events.newChannel("PJSIP/trunk-0\(id)", id: "\(id)", state: 6), at: time) }
        func join(_ id: String, _ position: Int) {
            let headers = ["Uniqueid": id, "Queue": "q", "Position": "\(position)"] as KeyValuePairs
            _ = model.apply(Events.event("QueueCallerJoin", headers), at: time)
        }
        join("1", 1)
        join("2", 2)
        join("3", 1)
        join("4", 99)
        join("1", 1)
        func line() -> [String] { model.queues[0].waiting.map { model.channels[$0].id.text } }
        #expect(line() == ["3", "1", "2", "4"])
        _ = model.apply(Events.event("QueueCallerLeave", ["Uniqueid": "1", "Queue": "q"]), at: time)
        #expect(line() == ["3", "2", "4"])
        #expect(model.callJSON(Array("call_4".utf8), at: time).contains(#""queue":{"name":"q","position":3,"#))
        #expect(model.queueJSON("q", at: Capture.time(8)).contains(#""longestWait":7,"#))
        _ = model.apply(Events.hangup("3"), at: time)
        #expect(line() == ["2", "4"], "a caller who hangs up leaves")
    }
}
