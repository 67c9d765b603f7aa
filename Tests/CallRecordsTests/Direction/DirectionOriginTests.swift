import Basics
import CallRecords
import TestSupport
import Testing

/// With `DirectionPriority.origin`: the context that a call came from decides, when it is on one side.
struct DirectionOriginTests {
    private func decision(
        _ input: DirectionInput,
        _ change: (inout DirectionSettings) -> Void = { _ in }
    ) -> DirectionDecision {
        DirectionClassifier.decision(input) { settings in
            settings.priority = .origin
            change(&settings)
        }
    }

    private func expect(
        _ cases: [DirectionRulesTests.Case],
        by rule: DirectionRule,
        _ location: SourceLocation = #_sourceLocation
    ) {
        for (input, direction) in cases {
            let decision = decision(input)
            let call = "\(input.source.text) to \(input.destination.text) from \(input.context.text)"
            #expect(decision.direction == direction, "\(call)", sourceLocation: location)
            #expect(decision.metadata.rule == rule, "\(call)", sourceLocation: location)
            #expect(decision.metadata.isOriginatedInternally == (rule == .originInternal), sourceLocation: location)
        }
    }

    @Test func `it is the default`() { #expect(DirectionSettings().priority == .origin) }

    @Test func `a call from a trunk is inbound, wherever it ended`() {
        let caller = "4165551234"
        expect(
            [
                (.init(caller, "600", from: "from-trunk", to: "ext-group"), .inbound),
                (.init(caller, "hangup", from: "from-trunk", to: "app-blackhole"), .inbound),
                (.init("74951234567", "201", from: "SIP-1649701323-incoming", to: "internal"), .inbound),
                (.init(caller, "201", from: "from-did-direct", to: "from-internal"), .inbound),
                (.init(caller, "s", from: "from-pstn", to: "ivr-3"), .inbound),
                (.init(caller, "204", from: "from-trunk", to: "ext-vm"), .inbound),
                (.init("", "201", from: "from-trunk", to: "from-internal"), .inbound),
                (.init("201", "202", from: "from-trunk", to: "from-internal"), .inbound),
                (.init(caller, "4165559999", from: "from-trunk", to: "ext-did"), .inbound),
                (.init(caller, "s", from: "from-trunk", to: "from-internal"), .inbound),
                (.init(caller, "201", from: "from-trunk", to: "from-internal", application: "BlindXfer"), .inbound),
            ],
            by: .originExternal
        )
    }

    @Test func `a call from a trunk that leaves the PBX again is outbound`() {
        expect(
            [
                (.init("4165551234", "14165559999", from: "from-trunk", to: "from-internal"), .outbound),
                (.init("4165551234", "14165559999", from: "from-trunk", to: "outrt-7"), .outbound),
                (.init("4165551234", "911", from: "from-trunk", to: "outrt-7"), .outbound),
                (.init("anonymous", "s", from: "from-trunk", to: "macro-dialout-trunk"), .outbound),
            ],
            by: .originExternal
        )
    }

    @Test func `a call from a phone is internal or outbound, whatever number it shows`() {
        let phone = "from-internal"
        expect(
            [
                (.init("", "201", from: phone, to: phone), .internal),
                (.init("anonymous", "201", from: phone, to: phone), .internal),
                (.init("anonymous", "4165551234", from: phone, to: phone), .outbound),
                (.init("3055550100", "3055551234", from: "cos-all", to: "cos-all"), .outbound),
                (.init("3055550100", "201", from: "cos-all", to: "cos-all"), .internal),
                (.init("201", "4165551234", from: phone, to: phone, channel: "Local/201@from-internal-1;2"), .outbound),
                (.init("201", "911", from: phone, to: "outrt-1"), .outbound),
                (.init("201", "*97", from: phone, to: "app-vmmain"), .internal),
                (.init("201", "s", from: phone, to: "ext-queues"), .internal),
                (.init("201", "h", from: phone, to: phone), .internal),
                (.init("201", "hangup", from: phone, to: "app-blackhole"), .internal),
                (.init("4165551234", "", from: "default", to: phone), .internal),
            ],
            by: .originInternal
        )
    }

    @Test func `a star and four digits that went on to a trunk is a number, a feature code is none`() {
        func call(_ number: String, _ application: String, _ data: String) -> DirectionInput {
            let phone = "from-internal"
            return .init("201", number, from: phone, to: phone, application: application, data: data)
        }
        expect(
            [
                (call("*6050", "Dial", "PJSIP/*6050@trunk,300,T"), .outbound), (call("*6050", "", ""), .outbound),
                (call("*6050", "Dial", "PJSIP/201,20"), .internal), (call("*6050", "Playback", "*6050"), .internal),
                (call("*97", "Dial", "PJSIP/*97@trunk"), .internal),
                (call("*80201", "Dial", "PJSIP/*80201"), .internal),
                (call("**201", "Pickup", "201"), .internal), (call("*", "", ""), .internal),
            ],
            by: .originInternal
        )
    }

    @Test func `a context on both sides, on none, or unknown leaves it to the numbered rules`() {
        let both: (inout DirectionSettings) -> Void = { settings in
            settings.contexts.internal = ["mixed"]
            settings.contexts.external = ["mixed"]
        }
        var decision = decision(.init("4165551234", "201", from: "mixed", to: "from-internal"), both)
        #expect(decision.metadata.rule == .internalDestinationContext)
        decision = self.decision(.init("4165551234", "201", from: "unknown", to: "from-internal"))
        #expect(decision.metadata.rule == .internalDestinationContext && decision.direction == .internal)
        decision = self.decision(.init("4165551234", "201", from: "", to: "from-trunk"))
        #expect(decision.metadata.rule == .externalOrigin)
        decision = self.decision(.init("4165551234", "201", from: "outrt-1", to: "from-internal"))
        #expect(decision.metadata.rule == .internalDestinationContext, "the list outbound does not count")
    }

    @Test func `a context of one's own decides first, too`() {
        let input = DirectionInput("4165551234", "201", from: "default", to: "from-internal")
        #expect(decision(input).direction == .internal)
        let own = decision(input) { $0.contexts.external = ["default"] }
        #expect(own.direction == .inbound && own.metadata.rule == .originExternal)
    }

    @Test func `calls that people sent in come out as they mean them`() throws {
        var classifier = DirectionClassifier()
        for line in try Fixture.bytes("direction-share.jsonl").split(separator: ASCII.newline) {
            let row = try JSONParser.parse(line)
            func text(_ name: String) -> Bytes { bytes(row[name]?.string ?? "") }
            let input = DirectionInput(
                channel: text("channel"),
                context: text("context"),
                destinationContext: text("dcontext"),
                source: text("src"),
                destination: text("dst"),
                lastApplication: text("lastapp"),
                lastData: text("lastdata")
            )
            #expect(classifier.decision(input, at: .now).direction.rawValue == row["want"]?.string, "\(line.text)")
        }
    }

    @Test func `the explanation begins with the context`() {
        func steps(_ input: DirectionInput) -> [String] {
            DirectionClassifier().explanation(input).steps.map { step in
                "\(step.rule.rawValue): \(step.direction?.rawValue ?? "-"), \(step.reason)"
            }
        }
        #expect(
            steps(.init("4165551234", "600", from: "from-trunk", to: "ext-group"))
                == ["origin_external: inbound, context is external, the call does not go out again"]
        )
        #expect(
            steps(.init("201", "4165551234", from: "from-internal", to: "from-internal")) == [
                "origin_external: -, context is not external",
                "origin_internal: outbound, context is internal, the call goes out",
            ]
        )
        #expect(
            steps(.init("", "201")) == [
                "origin_external: -, no context is known", "origin_internal: -, no context is known",
                "anonymous_source: inbound, src is anonymous",
            ]
        )
    }
}
