import AMI
import Basics
import CallControl
import TestSupport
import Testing

struct CallActionsTests {
    private let agent = ChannelAddress(name: "PJSIP/1001-00000044", uniqueID: "ac-1")
    private let customer = ChannelAddress(name: "PJSIP/1002-00000045", uniqueID: "1700000000.7")

    private func text(_ action: AMIAction) -> String {
        String(decoding: action.encoded(id: "7"), as: UTF8.self).replacing("\r\n", with: "; ")
    }

    private func dialable(_ text: String) throws -> Dialable { try #require(Dialable(text)) }

    /// These were sent to Asterisk 22.10.1 and worked.
    @Test func `the actions are those that a real Asterisk carried out`() throws {
        let contexts = CallActions.Contexts()
        #expect(
            try text(CallActions.hold(customer, by: agent, contexts))
                == "Action: Redirect; ActionID: 7; Channel: PJSIP/1002-00000045; Context: call-hold; Exten: held; "
                + "Priority: 1; ExtraChannel: PJSIP/1001-00000044; ExtraContext: call-hold; ExtraExten: holder; "
                + "ExtraPriority: 1; ; "
        )
        #expect(
            try text(CallActions.bridge(agent, customer))
                == "Action: Bridge; ActionID: 7; Channel1: PJSIP/1001-00000044; Channel2: PJSIP/1002-00000045; Tone: no; ; "
        )
        #expect(
            try text(CallActions.blindTransfer(from: agent, to: dialable("1003"), in: contexts.transfer))
                == "Action: BlindTransfer; ActionID: 7; Channel: ac-1; Context: call-transfer; Exten: 1003; ; "
        )
        #expect(
            try text(CallActions.startRecording(agent, to: "call_1.wav"))
                == "Action: MixMonitor; ActionID: 7; Channel: PJSIP/1001-00000044; File: call_1.wav; Options: i(MMID); ; "
        )
        #expect(
            try text(CallActions.pauseRecording(agent, isOn: true))
                == "Action: MixMonitorMute; ActionID: 7; Channel: PJSIP/1001-00000044; Direction: both; State: 1; ; "
        )
        #expect(
            try text(
                CallActions.add(
                    "PJSIP/1004",
                    named: #require(ShownText("Agent 1004")),
                    to: dialable("q600"),
                    penalty: 1
                )
            )
                == "Action: QueueAdd; ActionID: 7; Queue: q600; Interface: PJSIP/1004; MemberName: Agent 1004; "
                + "Penalty: 1; StateInterface: PJSIP/1004; ; "
        )
        #expect(
            try text(CallActions.pause("PJSIP/1002", isOn: true, in: nil, reason: ShownText("lunch")))
                == "Action: QueuePause; ActionID: 7; Interface: PJSIP/1002; Paused: true; Reason: lunch; ; "
        )
        #expect(
            try text(CallActions.exists(dialable("1003"), in: dialable("from-internal")))
                == "Action: Getvar; ActionID: 7; Variable: DIALPLAN_EXISTS(from-internal,1003,1); ; "
        )
    }

    @Test func `an originate has the id of its channel, its limit and its variables`() throws {
        let variable = try #require(ChannelVariable("X_ORDER", "4711", allowed: ["X_*"]))
        let action = try CallActions.originate(
            "PJSIP/1001",
            to: dialable("1002"),
            in: dialable("from-internal"),
            channelID: "ac-2",
            ringTime: .seconds(20),
            callerID: ShownText("\"Click\" <1002>"),
            variables: [variable]
        )
        #expect(
            text(action)
                == "Action: Originate; ActionID: 7; Channel: PJSIP/1001; Context: from-internal; Exten: 1002; "
                + "Priority: 1; Async: true; ChannelId: ac-2; Timeout: 20000; CallerID: \"Click\" <1002>; "
                + "Variable: X_ORDER=4711; ; "
        )
    }

    @Test func `a transfer sets four variables before the customer is moved`() throws {
        var plan = Transfer.Plan(
            id: "transfer_1",
            type: .blind,
            callID: "call_1",
            from: "1001",
            target: "1003",
            context: "from-internal",
            by: "anna"
        )
        plan.ringTime = .seconds(5)
        #expect(
            try CallActions.prepare(customer, for: plan).map(text).map {
                $0.split(separator: "; ").dropFirst(3).joined(separator: "; ")
            }
                == [
                    "Variable: CALL_TARGET_CONTEXT; Value: from-internal", "Variable: CALL_RETURN; Value: 1001",
                    "Variable: CALL_RING_SECONDS; Value: 5", "Variable: CALL_TRANSFER_ID; Value: transfer_1",
                ]
        )
    }

    @Test(arguments: [
        "", "1&2", "1,2", "1/2", "1@x", "1 2", "1\r\nAction: Originate", "1\u{0}", "ä", "(1)", "${X}", "/.*/",
    ])
    func `text that would leave its place in an action is refused`(text: String) {
        #expect(Dialable(text) == nil)
        #expect(Dialable(String(repeating: "1", count: 65)) == nil)
        #expect(Dialable("*98#+a.b_c-D")?.description == "*98#+a.b_c-D")
    }

    @Test(arguments: [
        ("FILE(/tmp/x)", "1"), ("CALL_RETURN", "1"), ("x_order", "1"), ("X_A", "${SHELL(id)}"), ("X_A", "$[1]"),
        ("X_A", "a,b"), ("X_A", "a\\"), ("X_A", "\"a\""), ("X_A", "a\nb"), ("X_", "1"), ("OTHER", "1"), ("", "1"),
        ("X_A", String(repeating: "a", count: 201)), ("X_\(String(repeating: "A", count: 39))", "1"),
    ])
    func `a variable that Asterisk would evaluate or that is not allowed is refused`(name: String, value: String) {
        #expect(ChannelVariable(name, value, allowed: ["X_*", "CALLERID", "CALL_RETURN"]) == nil)
        #expect(ChannelVariable("CALLERID", "+49 30 1", allowed: ["X_*", "CALLERID"]) != nil)
    }

    @Test func `digits are sent one by one, and nothing else`() throws {
        for digit in "0123456789ABCD*#" { #expect(try CallActions.digit(digit, on: agent) != nil) }
        for digit in "aE,\n٣" { #expect(try CallActions.digit(digit, on: agent) == nil) }
    }
}
