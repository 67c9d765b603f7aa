import AMI
import Basics
import Testing

@testable import LiveCalls

/// Rules that the sessions do not show, with events made for them.
struct LiveModelTests {
    private let time = Capture.time(1)

    private func model(_ events: [AMIMessage], _ limits: LiveModel.Limits = .init()) -> LiveModel {
        var model = LiveModel(limits: limits)
        for event in events { _ = model.apply(event, at: time) }
        return model
    }

    /// A call of two phones that talk.
    private func talk(_ one: String, _ two: String, _ bridge: String) -> [AMIMessage] {
        [
            Events.newChannel("PJSIP/\(one)-0000000\(bridge)", id: "\(bridge).1", state: 4, exten: two),
            Events.newChannel("PJSIP/\(two)-0000000\(bridge)", id: "\(bridge).2", linked: "\(bridge).1"),
            Events.dial("\(bridge).1", "\(bridge).2"), Events.newState("\(bridge).2", 5),
            Events.newState("\(bridge).2", 6), Events.newState("\(bridge).1", 6),
            Events.enter("\(bridge).2", bridge), Events.enter("\(bridge).1", bridge),
        ]
    }

    @Test func `events of unknown channels change nothing and create none`() {
        var model = model([])
        for event in [
            Events.hangup("1.1"), Events.enter("1.1", "b"), Events.leave("1.1", "b"), Events.newState("1.1", 6),
            Events.dial("1.1", "1.2"), Events.event("Hold", ["Uniqueid": "1.1"]),
            Events.event("QueueCallerJoin", ["Uniqueid": "1.1", "Queue": "q"]),
            Events.event("ParkedCall", ["ParkeeUniqueid": "1.1"]), Events.event("MixMonitorStart", ["Uniqueid": "1.1"]),
            Events.event("QueueMemberStatus", ["Queue": "q", "Interface": "PJSIP/1001", "Paused": "1"]),
        ] { #expect(model.apply(event, at: time).isEmpty, "\(event.event.text)") }
        #expect(model.channelCount == 0 && model.allCalls.isEmpty && model.allQueues.isEmpty && model.allAgents.isEmpty)
    }

    @Test func `missing headers, bad numbers and hostile names are borne`() {
        var model = LiveModel()
        let names = [
            "", "Event", "PJSIP/", "/", "Local/;1", "Local/1001@x-1;1", "PJSIP/1001-1;2", "PJSIP/../../etc",
            String(repeating: "x", count: 5000), "PJSIP/\u{1F600}-1", "PJSIP/1001\\\"\\n-1",
        ]
        let numbers = ["", "-1", "99999999999999999999", "9223372036854775807", "x", "<unknown>", "6"]
        let events = [
            "Newchannel", "Newstate", "Rename", "Hangup", "Hold", "DialBegin", "DialState", "DialEnd", "BridgeCreate",
            "BridgeEnter", "BridgeLeave", "BridgeDestroy", "LocalBridge", "BlindTransfer", "AttendedTransfer",
            "ParkedCall", "UnParkedCall", "MixMonitorMute", "QueueCallerJoin", "QueueCallerLeave",
            "QueueCallerAbandon", "AgentConnect", "AgentComplete", "QueueMemberAdded", "QueueMemberPause",
            "DeviceStateChange", "ExtensionStatus", "FullyBooted", "QueueMemberRemoved",
        ]
        var random = SplitMix64(seed: 3)
        for _ in 0..<20_000 {
            func pick(_ from: [String]) -> String { from[Int(random.next() % UInt64(from.count))] }
            var lines = ["Event: \(pick(events))"]
            for header in [
                "Uniqueid", "DestUniqueid", "ParkeeUniqueid", "TransfereeUniqueid", "LocalOneUniqueid",
                "LocalTwoUniqueid", "BridgeUniqueid", "Queue", "Linkedid",
            ] where random.next() % 4 != 0 { lines.append("\(header): \(pick(["1", "2", "3", "4", "5"] + names))") }
            for header in ["Channel", "Newname", "Interface", "StateInterface", "Device", "Hint", "CallerIDName"]
            where random.next() % 4 != 0 { lines.append("\(header): \(pick(names))") }
            for header in [
                "ChannelState", "Priority", "Position", "Status", "Uptime", "Cause", "ParkingTimeout", "LastCall",
                "Wrapuptime", "Paused", "HoldTime",
            ] where random.next() % 4 != 0 { lines.append("\(header): \(pick(numbers))") }
            lines.append("BridgeType: \(pick(["basic", "base", "holding", ""]))")
            lines.append("DialStatus: RINGING\r\nState: \(pick(["INUSE", "1"]))\r\nResult: Success\r\n")
            _ = model.apply(AMIMessage(Array(lines.joined(separator: "\r\n").utf8)[...]), at: time)
            if random.next() % 100 == 0 {
                let broken = model.brokenInvariants
                if !broken.isEmpty { Issue.record("\(broken)") }
            }
        }
        for call in model.allCalls {
            let text = model.callJSON(call.id, at: time)
            if (try? JSONParser.parse(Array(text.utf8)[...])) == nil { Issue.record("\(text)") }
        }
    }

    @Test func `two parties of different calls become the older call, and the other id is an alias`() {
        var model = model(talk("1001", "1002", "1") + talk("1003", "1004", "2"))
        #expect(model.liveCalls.map(\.id.text) == ["call_1.1", "call_2.1"])
        // 1002 and 1003 are joined, 1001 and 1004 go.
        for event in [
            Events.enter("2.1", "3"), Events.hangup("2.2"), Events.hangup("1.1"),
        ] { _ = model.apply(event, at: time) }
        let changes = model.apply(Events.enter("1.2", "3"), at: time)
        #expect(model.liveCalls.map(\.id.text) == ["call_1.1"])
        #expect(model.liveCalls.first?.agentExtensions.map(\.text) == ["1002", "1003"])
        #expect(model.call(LiveModel.id("call_2.1"))?.mergedInto.text == "call_1.1")
        #expect(model.resolve(call: LiveModel.id("call_2.1"))?.text == "call_1.1")
        #expect(changes.contains { $0.kind == .callEnded && $0.id.text == "call_2.1" })
        // It is one as long as the call that it became, and a minute more.
        #expect(model.advance(to: Capture.time(500)).isEmpty)
        #expect(model.resolve(call: LiveModel.id("call_2.1"))?.text == "call_1.1")
        for id in ["1.2", "2.1"] { _ = model.apply(Events.hangup(id), at: Capture.time(500)) }
        _ = model.advance(to: Capture.time(559))
        #expect(model.call(LiveModel.id("call_1.1"))?.state == .ended)
        _ = model.advance(to: Capture.time(561))
        #expect(model.allCalls.isEmpty)
    }

    @Test func `a conference joins nothing, and each call keeps its id`() {
        var events = talk("1001", "1002", "1") + talk("1003", "1004", "2")
        for id in ["1.1", "1.2", "2.1", "2.2"] {
            events.append(Events.enter(id, "9", type: "base", technology: "softmix"))
        }
        let model = model(events)
        #expect(model.liveCalls.map(\.id.text) == ["call_1.1", "call_2.1"])
        #expect(model.liveCalls.map(\.state) == [.up, .up])
        var json = JSONWriter()
        model.writeBridge(LiveModel.id("9"), into: &json)
        #expect(json.text.hasSuffix(#""channelIds":["1.1","1.2","2.1","2.2"],"callId":null}"#))
    }

    @Test func `three parties in a basic bridge join nothing until two are left`() {
        var model = model(talk("1001", "1002", "1") + talk("1003", "1004", "2") + [Events.enter("2.1", "1")])
        #expect(model.liveCalls.count == 2)
        _ = model.apply(Events.leave("1.2", "1"), at: time)
        #expect(model.liveCalls.map(\.id.text) == ["call_1.1"])
        #expect(model.liveCalls.first?.agentExtensions.map(\.text) == ["1001", "1002", "1003", "1004"])
    }

    @Test func `a holding bridge connects nobody`() {
        let model = model(
            ["1", "2"].flatMap { id in
                [
                    Events.newChannel("PJSIP/100\(id)-00000001", id: id, state: 6),
                    Events.enter(id, "h", type: "holding", technology: "holding_bridge"),
                ]
            }
        )
        #expect(model.liveCalls.count == 2)
        #expect(model.liveCalls.allSatisfy { $0.answeredAt == nil })
    }

    @Test func `a queue member that is a Local channel is followed to the phone`() {
        let local = "Local/1003@agents-00000001"
        var model = model([
            Events.newChannel("PJSIP/trunk-00000001", id: "1", state: 6),
            Events.event("QueueCallerJoin", ["Uniqueid": "1", "Queue": "q601", "Position": "1"]),
            Events.newChannel("\(local);1", id: "2", linked: "1"),
            Events.newChannel("\(local);2", id: "3", linked: "1", state: 4), Events.dial("1", "2"),
        ])
        #expect(model.liveCalls.first?.agentExtensions == [])
        for event in [
            Events.newChannel("PJSIP/1003-00000002", id: "4", linked: "1"), Events.dial("3", "4"),
            Events.newState("4", 5),
        ] { _ = model.apply(event, at: time) }
        #expect(model.liveCalls.first?.agentExtensions.map(\.text) == ["1003"], "as soon as its channel is there")
        #expect(model.agent(LiveModel.id("1003"))?.state == .ringing)
        for event in [
            Events.newState("4", 6), Events.enter("4", "b"), Events.newState("3", 6), Events.enter("3", "b"),
            Events.event("QueueCallerLeave", ["Uniqueid": "1", "Queue": "q601"]),
            Events.event("AgentConnect", ["Uniqueid": "1", "Queue": "q601", "Interface": "Local/1003@agents/n"]),
            Events.newState("2", 6), Events.enter("2", "c"),
        ] { _ = model.apply(event, at: time) }
        #expect(model.liveCalls.first?.answeredAt == nil, "the caller is not in the bridge yet")
        let changes = model.apply(Events.enter("1", "c"), at: time)
        #expect(changes.first?.kind == .callEstablished)
        #expect(model.partner(ofChannel: LiveModel.id("1"))?.id.text == "4")
        let call = model.liveCalls[0]
        #expect(model.channels(of: call).map(\.id.text) == ["1", "4"])
        #expect(model.channels(of: call, withLocal: true).count == 4)
    }

    @Test func `an extension comes from the state interface, the interface or the channel's name`() {
        let extensions = LiveExtensions.twoToSevenDigits
        func of(_ text: String) -> String { extensions.of(LiveModel.id(text)).text }
        #expect(of("PJSIP/1001") == "1001")
        #expect(of("PJSIP/1001-0000000d") == "1001")
        #expect(of("SIP/1001-desk-1") == "1001")
        #expect(of("Local/1003@agents/n") == "1003")
        #expect(of("Local/1003@agents-00000001;2") == "1003")
        for none in ["PJSIP/trunk-00000001", "1001", "PJSIP/", "PJSIP/1", "PJSIP/12345678", "Queue:1001"] {
            #expect(of(none) == "", "\(none)")
        }
        let letters = LiveExtensions { $0.first == UInt8(ascii: "a") }
        #expect(letters.of(LiveModel.id("PJSIP/anna-00000001")).text == "anna")
        let model = model([
            Events.event(
                "QueueMemberAdded",
                ["Queue": "q", "Interface": "Local/77@x/n", "StateInterface": "PJSIP/1003", "MemberName": "Anna"]
            )
        ])
        #expect(model.allAgents.map(\.extension.text) == ["1003"])
        #expect(model.allAgents.first?.name.text == "Anna")
    }

    @Test func `an id that the PBX uses again is another call`() {
        var events = talk("1001", "1002", "1")
        events += [Events.hangup("1.1"), Events.hangup("1.2")]
        var model = model(events)
        for event in talk("1003", "1004", "1") { _ = model.apply(event, at: Capture.time(3)) }
        let again = model.liveCalls.map(\.id.text)
        #expect(again == ["call_1.1_1795835003"])
        #expect(model.liveCalls.first?.agentExtensions.map(\.text) == ["1003", "1004"])
        #expect(model.call(LiveModel.id("call_1.1"))?.state == .ended)
        // Once more, and with channels that come a second apart.
        for id in ["1.1", "1.2"] { _ = model.apply(Events.hangup(id), at: Capture.time(4)) }
        for (index, event) in talk("1005", "1006", "1").enumerated() {
            _ = model.apply(event, at: Capture.time(5 + index))
        }
        #expect(model.liveCalls.map(\.id.text) == ["call_1.1_1795835005"])
        #expect(model.allCalls.count == 3)
    }

    @Test func `a Newchannel that comes after the Hangup brings no channel back`() {
        let begin = Events.newChannel("PJSIP/1001-00000001", id: "1")
        var model = model([begin, Events.hangup("1")])
        #expect(model.apply(begin, at: Capture.time(30)).isEmpty)
        #expect(model.channelCount == 0)
        _ = model.restart(at: Capture.time(31))
        _ = model.apply(begin, at: Capture.time(32))
        #expect(model.channelCount == 1, "after a restart the PBX uses names again")
    }

    @Test func `each event that the model reads is recognised, whatever its case`() {
        #expect(LiveModel.eventNames.count == 39)
        for name in LiveModel.eventNames {
            #expect(LiveEvent(LiveModel.id(name)) != nil, "\(name)")
            #expect(LiveEvent(LiveModel.id(name.lowercased())) != nil, "\(name)")
        }
        for name in ["", "VarSet", "Newexten", "Hangupp", String(repeating: "x", count: 300)] {
            #expect(LiveEvent(LiveModel.id(name)) == nil, "\(name)")
        }
    }

    @Test func `the id of a call has only letters, digits, dot, minus and underscore`() {
        #expect(LiveCall.id(of: Array("pbx/1-2.3 ä\"".utf8)).text == "call_pbx_1-2.3____")
    }

    @Test func `above the bound the oldest channel ends`() {
        var limits = LiveModel.Limits()
        limits.channels = 3
        limits.agents = 2
        limits.queues = 1
        var model = LiveModel(limits: limits)
        var gaps = 0
        for id in 1...5 {
            let event = Events.newChannel("PJSIP/100\(id)-0000000\(id)", id: "\(id)")
            gaps += model.apply(event, at: time).count { $0.kind == .gap }
        }
        #expect(model.liveCalls.map(\.id.text) == ["call_3", "call_4", "call_5"])
        #expect(gaps == 3 && model.refused > 0)
        #expect(model.allAgents.count == 2)
        for queue in ["a", "b"] {
            _ = model.apply(Events.event("QueueMemberAdded", ["Queue": queue, "Interface": "PJSIP/1001"]), at: time)
        }
        #expect(model.allQueues.map(\.name.text) == ["a"])
        #expect(model.brokenInvariants == [])
    }
}
