import AMI
import Basics
import LiveCalls
import TestSupport
import Testing

@testable import Simulation

/// Random traffic and actions, judged by the model that the service uses.
struct LivePropertyTests {
    private static let seeds: [UInt64] = [1, 2, 3, 4, 5, 6, 7, 8]

    private static let recordings = [
        "blind-transfer-action", "blind-transfer-busy-returns", "hold-by-redirect-and-bridge",
        "managed-transfer-by-bridge", "originate-hold-unhold-hangup", "queue-agent-pause-add-remove",
        "record-mute-dtmf-park", "refer-busy-noanswer-abandon",
    ]

    private static var busy: ExchangeOptions {
        var options = ExchangeOptions()
        options.agents = 6
        options.queues = 2
        options.callsPerMinute = 30
        options.talkSeconds = 5...60
        options.requestedTalkSeconds = 5...90
        options.busyOnceIn = 6
        options.unansweredOnceIn = 6
        options.unregistered = 1
        return options
    }

    @Test(arguments: seeds)
    func `after each step the lists say what the events have said`(seed: UInt64) {
        var watch = LiveWatch(Self.busy, seed: seed)
        var random = SplitMix64(seed: seed)
        for step in 0..<300 {
            let action = step % 2 == 0 ? RandomAction.next(for: watch.exchange, &random) : []
            if action.isEmpty { watch.pass(milliseconds: random.pick(1...4000)) } else { watch.act(action) }
            let differences = watch.compare()
            guard differences.isEmpty else {
                Issue.record("step \(step) \(action): \(differences)")
                return
            }
            #expect(watch.model.channelCount == watch.exchange.channelCount)
        }
        #expect(watch.changes.contains { $0.kind == .callEstablished })
        watch.exchange.endTraffic()
        // The longest wait is an hour, and a call may be held again after it.
        for _ in 0..<40 { watch.pass(milliseconds: 1_000_000) }
        #expect(watch.exchange.channelCount == 0)
        #expect(watch.model.channelCount == 0)
        #expect(watch.model.liveCalls.isEmpty)
    }

    @Test func `each event has the headers of a recorded one, in their order`() throws {
        var recorded: [String: Set<[String]>] = [:]
        for name in Self.recordings {
            let text = try Fixture.bytes("live-calls/\(name).txt")[...].text
            for frame in text.split(separator: "\r\n\r\n").map(String.init) {
                recorded[LiveWatch.event(of: frame), default: []].insert(LiveWatch.names(of: frame))
            }
        }
        var forms: [String: Set<[String]>] = [:]
        for seed in Self.seeds {
            var watch = LiveWatch(Self.busy, seed: seed)
            var random = SplitMix64(seed: seed)
            for _ in 0..<400 {
                let action = RandomAction.next(for: watch.exchange, &random)
                if !action.isEmpty { watch.act(action) }
                watch.pass(milliseconds: random.pick(1...4000))
            }
            forms.merge(watch.forms) { $0.union($1) }
        }
        // Not in the recordings, which have neither such events nor the class dtmf.
        let others = ["AgentRingNoAnswer", "ParkedCallTimeOut", "ParkedCallGiveUp", "DTMFBegin", "DTMFEnd"]
        for name in others { forms[name] = nil }
        #expect(forms.count > 30)
        for (event, names) in forms.sorted(by: { $0.key < $1.key }) {
            let known = recorded[event] ?? []
            for form in names where !known.contains(form) { Issue.record("\(event): \(form) and not \(known)") }
        }
    }

    @Test func `the same seed, times and actions give the same bytes`() {
        func bytes() -> [UInt8] {
            var exchange = LiveExchange(Self.busy, seed: 9, at: LiveWatch.start)
            var bytes: [UInt8] = []
            for second in 1...200 { bytes += exchange.advance(to: LiveWatch.start.adding(seconds: second)).bytes }
            return bytes
        }
        let first = bytes()
        #expect(first.count > 10_000)
        #expect(first == bytes())
    }
}

/// Actions as a busy service sends them, and some that make no sense.
enum RandomAction {
    static func next(for exchange: LiveExchange, _ random: inout SplitMix64) -> [String] {
        let channels = exchange.channels.values.sorted { $0.serial < $1.serial }
        func any<Element>(_ elements: [Element]) -> Element? {
            elements.isEmpty ? nil : elements[random.pick(0...elements.count - 1)]
        }
        let agent = "PJSIP/\(any(exchange.agents) ?? "")"
        let queue = any(exchange.queueNames) ?? ""
        let number = any(exchange.agents + ["600", "701", "702", "4165550199", "9"]) ?? ""
        let context = any(["from-internal", "call-transfer", "call-queue"]) ?? ""
        let target = context == "call-queue" ? queue : number
        guard let channel = any(channels) else {
            return [
                "Action: Originate", "Channel: \(agent)", "Context: from-internal", "Exten: \(number)", "Async: true",
            ]
        }
        let name = channel.face.name
        let pair = channel.bridge.flatMap { exchange.bridges[$0]?.members } ?? []
        let other = pair.first { $0 != channel.serial }.flatMap { exchange.channels[$0]?.face.name }
        let another = any(channels)?.face.name ?? ""
        switch random.pick(1...22) {
        case 1...3:
            return [
                "Action: Originate", "Channel: \(agent)", "Context: \(any(["from-internal", "call-hold"]) ?? "")",
                "Exten: \(any([number, "holder"]) ?? "")", "Async: true", "CallerID: \"Click\" <\(number)>",
                "ChannelId: ac-\(random.pick(1...40))", "Timeout: 9000",
            ]
        case 4...6:
            guard let other else { return [] }
            return [
                "Action: Redirect", "Channel: \(other)", "Context: call-hold", "Exten: held", "Priority: 1",
                "ExtraChannel: \(name)", "ExtraContext: call-hold", "ExtraExten: holder", "ExtraPriority: 1",
            ]
        case 7:
            return ["Action: Redirect", "Channel: \(name)", "Context: \(context)", "Exten: \(target)", "Priority: 1"]
        case 8...11: return ["Action: Bridge", "Channel1: \(name)", "Channel2: \(another)", "Tone: no"]
        case 12:
            return [
                "Action: Setvar", "Channel: \(other ?? name)", "Variable: CALL_RETURN", "Value: \(agent.dropFirst(6))",
            ]
        case 13, 14: return ["Action: BlindTransfer", "Channel: \(name)", "Context: \(context)", "Exten: \(target)"]
        case 15: return ["Action: Hangup", "Channel: \(name)", "Cause: 16"]
        case 16:
            return ["Action: Park", "Channel: \(name)", "TimeoutChannel: \(other ?? name)", "Timeout: 20000"]
        case 17:
            return [
                "Action: QueuePause", "Interface: \(agent)", "Paused: \(random.happens(onceIn: 2))", "Reason: lunch",
            ]
        case 18:
            return [
                "Action: QueueAdd", "Queue: \(queue)", "Interface: \(agent)", "MemberName: Agent \(agent.dropFirst(6))",
            ]
        case 19: return ["Action: QueueRemove", "Queue: \(queue)", "Interface: \(agent)"]
        case 20:
            return ["Action: PJSIPNotify", "Channel: \(name)", "Variable: Event=\(any(["hold", "talk"]) ?? "")"]
        case 21: return ["Action: PlayDTMF", "Channel: \(name)", "Digit: 5", "Receive: true"]
        default:
            let step = any(["MixMonitor", "StopMixMonitor", "MixMonitorMute"]) ?? ""
            return ["Action: \(step)", "Channel: \(name)", "Direction: both", "State: 1"]
        }
    }
}
