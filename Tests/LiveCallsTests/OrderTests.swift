import AMI
import Basics
import Testing

@testable import LiveCalls

/// Asterisk does not define the order of events that belong together; their result must not depend on it.
struct OrderTests {
    /// Events that were seen in either order, or that come from different threads of Asterisk.
    private static let unordered: [Set<String>] = [
        ["DialEnd", "OriginateResponse"], ["DialEnd", "Newstate"], ["AgentComplete", "BridgeLeave"],
        ["ParkedCall", "BridgeLeave"], ["ParkedCall", "BridgeEnter"], ["UnParkedCall", "BridgeLeave"],
        ["QueueCallerAbandon", "QueueCallerLeave"], ["QueueCallerLeave", "AgentConnect"],
        ["AgentConnect", "BridgeEnter"], ["AgentConnect", "BridgeCreate"], ["DialBegin", "AgentCalled"],
        ["BridgeEnter", "BridgeEnter"], ["BridgeLeave", "BridgeLeave"], ["BridgeLeave", "BridgeEnter"],
        ["BridgeLeave", "Hangup"], ["BridgeDestroy", "Hangup"], ["BridgeCreate", "BridgeEnter"], ["Hangup", "Hangup"],
        ["BridgeDestroy", "BridgeLeave"], ["AttendedTransfer", "BridgeEnter"], ["BlindTransfer", "BridgeLeave"],
        ["DeviceStateChange", "Hangup"], ["QueueMemberStatus", "Hangup"], ["LocalBridge", "BridgeEnter"],
    ]

    @Test(arguments: Capture.names)
    func `events that belong together may come in either order`(name: String) throws {
        let events = try Capture(name).events
        var reference = LiveModel()
        for event in events { reference.apply(event) }
        var swaps = 0
        for index in 0..<(events.count - 1) {
            let pair = Set([events[index].event.event.text, events[index + 1].event.event.text])
            guard Self.unordered.contains(pair) else { continue }
            swaps += 1
            var swapped = events
            swapped.swapAt(index, index + 1)
            var model = LiveModel()
            for event in swapped { model.apply(event) }
            if model.picture() != reference.picture() || model.liveCalls.count + model.channelCount > 0 {
                Issue.record("\(index) \(pair): \(model.picture()) and not \(reference.picture())")
            }
            if model.allCalls.map(\.id) != reference.allCalls.map(\.id) {
                Issue.record("\(index) \(pair): other calls")
            }
            if !model.brokenInvariants.isEmpty { Issue.record("\(index) \(pair): \(model.brokenInvariants)") }
        }
        #expect(swaps > 5)
    }

    @Test(arguments: [
        (
            "hold-by-redirect-and-bridge",
            [.originating, .ringing, .up, .ringing, .up, .held, .up, .ended] as [LiveCall.State]
        ),
        ("queue-call-held-by-redirect", [.originating, .up, .queued, .up, .held, .up, .ended]),
        ("record-mute-dtmf-park", [.originating, .ringing, .up, .ringing, .up, .parked, .up, .ended]),
        (
            "blind-transfer-action",
            [.originating, .ringing, .up, .ringing, .up, .transferring, .up, .ended]
        ),
        ("attended-transfer-action", [.originating, .ringing, .up, .ringing, .up, .held, .up, .ended]),
    ])
    func `a call goes through its states as one call`(name: String, states: [LiveCall.State]) throws {
        var model = LiveModel()
        var (seen, id): ([LiveCall.State], [UInt8]) = ([], [])
        for event in try Capture(name).events {
            for change in model.apply(event) where change.kind.eventType.hasPrefix("call:") {
                if id.isEmpty { id = change.id }
                guard change.id == id, let state = model.call(id[...])?.state, state != seen.last else { continue }
                seen.append(state)
            }
        }
        #expect(seen == states)
    }

    @Test func `a hold by redirect ends with the bridge, and may come again`() {
        var model = LiveModel()
        func apply(_ events: [AMIMessage]) { for event in events { _ = model.apply(event, at: Capture.time(1)) } }
        func leave(_ id: String, _ exten: String, _ priority: Int) -> AMIMessage {
            Events.event(
                "BridgeLeave",
                [
                    "BridgeUniqueid": "b", "Uniqueid": id, "Context": "call-hold", "Exten": exten,
                    "Priority": "\(priority)", "ChannelState": "6",
                ]
            )
        }
        func hold() -> LiveCall.Hold? { model.liveCalls.first?.hold }
        apply([
            Events.newChannel("PJSIP/1001-00000001", id: "1", state: 6),
            Events.newChannel("PJSIP/trunk-00000002", id: "2", linked: "1", state: 6), Events.enter("1", "b"),
            Events.enter("2", "b"),
        ])
        for _ in 0..<2 {
            apply([leave("2", "held", 1), leave("1", "holder", 1)])
            #expect(hold()?.method == .redirect && hold()?.by.text == "1001")
            #expect(model.agent(LiveModel.id("1001"))?.state == .onHold)
            apply([Events.enter("1", "b"), Events.enter("2", "b")])
            #expect(hold() == nil)
        }
        // The bridge ends: the dialplan goes on behind the hold, and nobody is held.
        apply([leave("2", "held", 3), leave("1", "holder", 2)])
        #expect(hold() == nil)
        #expect(model.liveCalls.first?.state == .up)
    }
}
