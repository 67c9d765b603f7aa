import Basics
import CallRecords
import TestSupport
import Testing

/// Each rule by itself, with calls as FreePBX 16 and 17 and plain Asterisk make them.
struct DirectionRulesTests {
    typealias Case = (input: DirectionInput, direction: Direction)

    private func expect(_ cases: [Case], by rule: DirectionRule, _ location: SourceLocation = #_sourceLocation) {
        for (input, direction) in cases {
            let decision = DirectionClassifier.decision(input)
            let call = "\(input.source.text) to \(input.destination.text)"
            #expect(decision.direction == direction, "\(call)", sourceLocation: location)
            #expect(decision.metadata.rule == rule, "\(call)", sourceLocation: location)
        }
    }

    @Test func `1: an anonymous caller comes from outside, whatever the contexts say`() {
        expect(
            [
                (.init("", "101"), .inbound), (.init("Anonymous", "200", from: "from-internal"), .inbound),
                (.init("restricted", "4165551234", to: "outrt-1"), .inbound),
                (.init("unknown", "101", to: "from-internal"), .inbound),
            ],
            by: .anonymousSource
        )
    }

    @Test func `2: between two extensions a call is internal`() {
        expect(
            [
                (.init("101", "102", from: "from-internal", to: "from-internal"), .internal),
                (.init("101", "*97", from: "from-trunk"), .internal), (.init("20-01", "(2002)"), .internal),
                (.init("101", "911"), .internal),
                (.init("5551234", "101", from: "from-pstn", to: "ext-did"), .internal),
            ],
            by: .betweenExtensions
        )
    }

    @Test func `3: where a call ended in an internal context, its number decides`() {
        expect(
            [
                (.init("101", "4165551234", to: "from-internal"), .outbound),
                (.init("101", "+44 20 7946 0000", to: "From-Internal"), .outbound),
                (.init("4165551234", "101", from: "from-trunk", to: "ext-local"), .internal),
                (.init("4165551234", "s", from: "from-trunk", to: "ivr-3"), .outbound),
                (.init("101", "4165551234", to: "dialOne-with-exten"), .outbound),
                (.init("4165551234", "101", to: "macro-dial-one"), .internal),
            ],
            by: .internalDestinationContext
        )
    }

    @Test func `4: a Local channel, the context, then the number decide where a call began`() {
        func origin(_ input: DirectionInput) -> Bool? {
            DirectionClassifier.decision(input).metadata.isOriginatedInternally
        }
        #expect(origin(.init("4165551234", "s", from: "from-trunk", channel: "Local/101@x-1;2")) == true)
        #expect(origin(.init("4165551234", "s", from: "from-trunk", channel: "LOCAL/101@x-1;2")) == true)
        #expect(origin(.init("4165551234", "s", from: "from-trunk", channel: "SIP/Local/1")) == false)
        #expect(origin(.init("4165551234", "s", from: "from-internal")) == true)
        #expect(origin(.init("101", "s", from: "from-pstn")) == false)
        #expect(origin(.init("101", "s", from: "macro-dialout-trunk")) == true)
        #expect(origin(.init("101", "s")) == true)
        #expect(origin(.init("4165551234", "s")) == false)
        #expect(origin(.init("101", "102")) == nil)
    }

    @Test func `5: a blind or attended transfer keeps the direction the call had`() {
        for application in ["Transfer", "BlindXfer", "atxfer", "AttendedTransfer", "MyAttendedThing"] {
            let trunk = "from-trunk"
            expect(
                [
                    (.init("101", "4165551234", from: "from-internal", application: application), .outbound),
                    (.init("4165551234", "102", from: "from-internal", application: application), .internal),
                    (.init("4165551234", "102", from: trunk, application: application), .inbound),
                    (.init("4165551234", "2125550000", from: trunk, to: "outrt-1", application: application), .inbound),
                ],
                by: .transfer
            )
        }
    }

    @Test func `5: of another transfer the number decides first`() {
        for (channel, data) in [("PJSIP/x<MASQ>", ""), ("PJSIP/x", "Transferred"), ("PJSIP/x", "a,XFER,b")] {
            func call(_ source: String, _ destination: String, _ context: String) -> DirectionInput {
                .init(source, destination, from: context, channel: channel, data: data)
            }
            expect(
                [
                    (call("4165551234", "102", "from-trunk"), .internal),
                    (call("4165551234", "2125550000", "from-trunk"), .inbound),
                    (call("101", "2125550000", "from-internal"), .outbound),
                ],
                by: .transfer
            )
        }
    }

    @Test func `5: the kind of a transfer is the first sign that is found`() {
        func kind(_ application: String, _ channel: String, _ data: String) -> TransferType? {
            let input = DirectionInput("1", "2", channel: channel, application: application, data: data)
            return DirectionClassifier.decision(input).metadata.transferType
        }
        #expect(kind("BLINDXFER", "masq", "xfer") == .blind)
        #expect(kind("attendedtransfer", "masq", "xfer") == .attended)
        #expect(kind("Dial", "SIP/1<Masq>", "xfer") == .masqueraded)
        #expect(kind("Dial", "SIP/1", "x-Transfer-y") == .other)
        #expect(kind("Transferring", "SIP/1", "xfe") == nil)
    }

    @Test func `5: transfers can be left out of it`() {
        let input = DirectionInput("101", "4165551234", from: "from-trunk", application: "BlindXfer")
        let decision = DirectionClassifier.decision(input) { $0.detectsTransfers = false }
        #expect(decision.metadata.rule == .externalOrigin && decision.metadata.transferType == nil)
    }

    @Test func `6: voicemail is internal for a feature code from inside, inbound from outside`() {
        expect(
            [
                (.init("4165551234", "*97", from: "from-internal", to: "ext-vm"), .internal),
                (.init("4165551234", "*98", to: "vm-204", channel: "Local/1@x"), .internal),
                (.init("4165551234", "101", from: "from-trunk", to: "vm-204"), .inbound),
                (.init("4165551234", "101", from: "macro-vm", to: "outrt-1"), .inbound),
            ],
            by: .voicemail
        )
        expect([(.init("4165551234", "204", from: "from-internal", to: "ext-vm"), .internal)], by: .internalOrigin)
    }

    @Test func `7: from inside, a call goes to an extension or out`() {
        expect(
            [
                (.init("101", "4165551234", from: "from-internal", to: "macro-dialout-trunk"), .outbound),
                (.init("101", "14165551234", to: "outrt-7"), .outbound), (.init("101", "s"), .outbound),
                (.init("4165551234", "102", to: "agents", channel: "Local/102@agents-1;2"), .internal),
                (.init("101", "011 44 20 7946 0000", from: "from-internal", to: "trunk-dial-with-exten"), .outbound),
            ],
            by: .internalOrigin
        )
    }

    @Test func `8: from outside, a call comes in unless it goes out again`() {
        expect(
            [
                (.init("4165551234", "101", from: "from-trunk", to: "ext-queues"), .inbound),
                (.init("4165551234", "14165550000", from: "from-pstn", to: "ext-did"), .inbound),
                (.init("+442079460000", "2125550000", from: "from-trunk", to: "outrt-2"), .outbound),
                (.init("4165551234", "s"), .inbound), (.init("7", "101", to: "custom"), .inbound),
            ],
            by: .externalOrigin
        )
    }

    @Test func `a call from outside to what is no extension was probably forwarded`() {
        func isForwarded(_ input: DirectionInput) -> Bool { DirectionClassifier.decision(input).isLikelyForwarded }
        #expect(isForwarded(.init("anonymous", "4165551234")))
        #expect(!isForwarded(.init("anonymous", "101")))
        #expect(isForwarded(.init("4165551234", "2125550000", from: "from-trunk")))
        #expect(!isForwarded(.init("4165551234", "101", from: "from-trunk")))
        #expect(!isForwarded(.init("4165551234", "2125550000", from: "from-trunk", to: "outrt-1")))
        #expect(!isForwarded(.init("101", "2125550000")))
    }

    @Test func `custom contexts decide as the built-in ones do`() {
        let input = DirectionInput("4165551234", "101", from: "branch-7-phones")
        #expect(DirectionClassifier.decision(input).direction == .inbound)
        #expect(DirectionClassifier.decision(input) { $0.contexts.internal = ["branch-*"] }.direction == .internal)
    }

    @Test func `the metadata is the JSON of the contract`() throws {
        let input = DirectionInput("4165551234", "101", from: "from-trunk", to: "parkedcalls", data: "xfer")
        var json = JSONWriter()
        DirectionClassifier.decision(input).metadata.encode(into: &json)
        #expect(
            json.text == #"{"src_type":"long_distance","dst_type":"extension","transfer_type":"transfer","#
                + #""queue_involved":false,"ivr_involved":false,"conference_involved":false,"parking_involved":true,"#
                + #""voicemail_involved":false,"originated_internally":false,"rule":"transfer"}"#
        )
        json = JSONWriter()
        DirectionClassifier.decision(.init("", "", to: "conf-1")).metadata.encode(into: &json)
        #expect(json.text.contains(#""transfer_type":null,"#) && json.text.contains(#""conference_involved":true"#))
        #expect(json.text.contains(#""originated_internally":null,"rule":"anonymous_source""#))
    }

    @Test func `the explanation lists each rule that was tried and why it applied or not`() {
        let input = DirectionInput("4165551234", "101", from: "from-trunk", to: "ext-queues")
        let steps = DirectionClassifier.byNumberedRules.explanation(input).steps
        #expect(
            steps.map { "\($0.rule.number ?? 0) \($0.rule.rawValue): \($0.direction?.rawValue ?? "-"), \($0.reason)" }
                == [
                    "1 anonymous_source: -, src is not anonymous",
                    "2 between_extensions: -, src is not an extension, dst is an extension",
                    "3 internal_dcontext: -, dcontext is not internal",
                    "4 origin: -, the call began outside: context is external",
                    "5 transfer: -, no sign of a transfer",
                    "6 voicemail: -, no context is one of voicemail",
                    "7 internal_origin: -, not from inside",
                    "8 external_origin: inbound, from outside, dcontext is not outbound",
                ]
        )
    }
}
