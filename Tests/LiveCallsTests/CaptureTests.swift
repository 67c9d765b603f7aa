import AMI
import Basics
import LiveCalls
import TestSupport
import Testing

/// Whole sessions of a real Asterisk.
struct CaptureTests {
    @Test(arguments: Capture.names)
    func `a session ends with no channel, no live call and no waiting caller`(name: String) throws {
        var model = LiveModel()
        let steps = try Capture(name).steps
        for step in steps { model.apply(step) }
        #expect(model.channelCount == 0)
        #expect(model.liveCalls.map(\.id.text) == [])
        #expect(model.allQueues.map(\.waitingCount).allSatisfy { $0 == 0 })
        #expect(model.refused == 0)
        #expect(!model.allCalls.isEmpty)
    }

    @Test func `the changes of all sessions are as reviewed`() throws {
        var lines: [String] = []
        for name in Capture.names {
            lines.append("# \(name)")
            var model = LiveModel()
            let steps = try Capture(name).steps
            for step in steps {
                let changes = model.apply(step)
                let seconds = step.time.monotonic / 1000
                for change in changes { lines.append("\(seconds) \(describe(change, model))") }
            }
        }
        try expectGolden(Array((lines.joined(separator: "\n") + "\n").utf8), "live-calls/changes.golden")
    }

    private func describe(_ change: LiveChange, _ model: LiveModel) -> String {
        let audience = change.extensions.map(\.text).joined(separator: ",")
        let start = "\(change.kind.eventType) \(change.id.text) to \(audience.isEmpty ? "-" : audience):"
        if let call = model.call(change.id[...]) {
            let parties = model.channels(of: call).map { $0.isAgent ? $0.extension.text : $0.name.text }
            let hold = call.hold.map { " held by \($0.by.text) (\($0.method))" } ?? ""
            let recording = call.recording == .off ? "" : " recording \(call.recording)"
            let end = call.endedAt == nil ? "" : " cause \(call.hangup?.cause ?? -1) by \(call.hangup?.by.text ?? "-")"
            let merged = call.mergedInto.isEmpty ? "" : " into \(call.mergedInto.text)"
            return "\(start) \(call.state) \(parties) \(call.direction) \(call.extension.text)"
                + " with \(call.remoteNumber.text)\(hold)\(recording)\(end)\(merged)"
        }
        if let agent = model.agent(change.id[...]) {
            return "\(start) \(agent.state.rawValue) \(agent.device.rawValue)"
                + " \(model.callIDs(of: agent).map(\.text))\(agent.isPaused ? " paused \(agent.pauseReason.text)" : "")"
        }
        guard let queue = model.queue(change.id[...]) else { return start }
        return "\(start) \(queue.waitingCount) waiting, \(queue.completed) completed, \(queue.abandoned) abandoned"
    }

    @Test func `each state of a call, an agent and a queue is written as reviewed`() throws {
        var lines: [String] = []
        for (name, states) in Self.shown {
            var model = LiveModel()
            var remaining = states
            let steps = try Capture(name).steps
            for step in steps {
                for change in model.apply(step) {
                    guard let state = model.call(change.id[...])?.state, remaining.remove(state) != nil else {
                        continue
                    }
                    lines.append(model.callJSON(change.id, at: step.time))
                    for agent in change.extensions { lines.append(model.agentJSON(agent.text)) }
                    for queue in model.allQueues where state == .queued {
                        lines.append(model.queueJSON(queue.name.text, at: step.time))
                    }
                    for bridge in model.allBridges where state == .up {
                        var json = JSONWriter()
                        model.writeBridge(bridge.id[...], into: &json)
                        lines.append(json.text)
                    }
                }
            }
            #expect(remaining.isEmpty, "\(name) has no \(remaining)")
        }
        for line in lines { _ = try JSONParser.parse(Array(line.utf8)[...]) }
        try expectGolden(Array((lines.joined(separator: "\n") + "\n").utf8), "live-calls/objects.golden")
    }

    private static let shown: [(String, Set<LiveCall.State>)] = [
        ("originate-hold-unhold-hangup", [.originating, .ringing, .up, .held, .ended]),
        ("queue-agent-pause-add-remove", [.queued, .up]),
        ("hold-by-redirect-and-bridge", [.held]),
        ("record-mute-dtmf-park", [.parked]),
        ("blind-transfer-busy-returns", [.transferring, .up]),
    ]

    @Test(arguments: Capture.names)
    func `events that come twice change nothing the second time`(name: String) throws {
        let steps = try Capture(name).steps
        var (once, twice) = (LiveModel(), LiveModel())
        for step in steps {
            let changes = once.apply(step)
            if twice.apply(step) != changes { Issue.record("\(step.event.bytes.text)") }
            let again = twice.apply(step)
            if !again.isEmpty { Issue.record("\(step.event.bytes.text) gave \(again.map(\.kind)) again") }
        }
        #expect(
            once.allCalls.map { once.callJSON($0.id, at: .init(monotonic: 0, wall: .init(seconds: 0))) }
                == twice.allCalls.map { twice.callJSON($0.id, at: .init(monotonic: 0, wall: .init(seconds: 0))) }
        )
    }

    @Test(arguments: Capture.names)
    func `a whole session that comes late once more changes nothing`(name: String) throws {
        let events = try Capture(name).events
        var model = LiveModel()
        for event in events { model.apply(event) }
        let (calls, time) = (model.allCalls.count, Capture.time(1440))
        for event in events where !Self.isAboutStaff(event.event) {
            let changes = model.apply(event.event, at: events.last?.time ?? time)
            if changes.contains(where: { $0.kind != .queueActivity }) { Issue.record("\(event.event.bytes.text)") }
        }
        #expect(model.allCalls.count == calls)
        #expect(model.channelCount == 0)
    }

    /// Whether an event tells of a device or a member: the last one is right, whenever it comes.
    private static func isAboutStaff(_ event: AMIMessage) -> Bool {
        ["DeviceStateChange", "ExtensionStatus"].contains(event.event.text) || event.event.text.hasPrefix("QueueMember")
    }
}
