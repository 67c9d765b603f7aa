import AMI
import Basics
import LiveCalls
import TestSupport

/// What a real Asterisk sent in one session, as the connector reads it with the classes system, call, agent and user.
struct Capture {
    static let names = [
        "attended-transfer-action", "attended-transfer-cancelled", "blind-transfer-action",
        "blind-transfer-busy-returns", "hold-by-redirect-and-bridge", "managed-transfer-agent-hangs-up",
        "managed-transfer-by-bridge", "managed-transfer-cancelled", "managed-transfer-target-hangs-up",
        "originate-hold-unhold-hangup", "queue-agent-pause-add-remove", "queue-call-held-by-redirect",
        "record-mute-dtmf-park", "refer-busy-noanswer-abandon", "snapshots-during-two-calls",
    ]

    /// An event, or a list with all of its items.
    struct Step {
        let event: AMIMessage
        let list: LiveList.Kind?
        let items: [AMIMessage]
        let time: LiveTime
    }

    let steps: [Step]

    init(_ name: String) throws {
        var decoder = MessageDecoder(expectsGreeting: true)
        decoder.append(try Fixture.bytes("live-calls/\(name).txt")[...])
        var messages: [AMIMessage] = []
        while let message = decoder.next() { messages.append(message) }
        var (steps, items): ([Step], [AMIMessage]) = ([], [])
        // The answer to the login has no time of its own.
        var time =
            messages.lazy.compactMap { $0[.timestamp] }.compactMap { Timestamp(epoch: $0) }.first
            .map { Self.time($0) } ?? Self.time(0)
        for message in messages {
            if let stamp = message[.timestamp].flatMap({ Timestamp(epoch: $0) }) { time = Self.time(stamp) }
            guard message.kind == .event else { continue }
            if message[.actionID] == nil || message.event.equals("OriginateResponse") {
                steps.append(Step(event: message, list: nil, items: [], time: time))
            } else if message[.eventList]?.equals("Complete") != true {
                items.append(message)
            } else {
                if let list = Self.list(ended: message) {
                    steps.append(Step(event: message, list: list, items: items, time: time))
                }
                items = []
            }
        }
        self.steps = steps
    }

    /// The events only.
    var events: [Step] { steps.filter { $0.list == nil } }

    private static func list(ended message: AMIMessage) -> LiveList.Kind? {
        switch message.event.text {
        case "CoreShowChannelsComplete": .channels
        case "BridgeListComplete": .bridges
        case "BridgeInfoComplete": .bridge(Array(message.value(named: "BridgeUniqueid") ?? []))
        case "ParkedCallsComplete": .parkedCalls
        case "QueueStatusComplete": .queues
        case "DeviceStateListComplete": .devices
        case "ExtensionStateListComplete": .hints
        default: nil
        }
    }

    /// The time at which the captures begin, later by seconds.
    static func time(_ seconds: Int) -> LiveTime { time(start.adding(seconds: seconds)) }

    private static func time(_ stamp: Timestamp) -> LiveTime {
        LiveTime(monotonic: Int(stamp.microseconds - start.microseconds), wall: stamp)
    }

    private static let start = Timestamp(seconds: 1_795_835_000)
}

extension LiveModel {
    /// Applies a step of a capture.
    @discardableResult
    mutating func apply(_ step: Capture.Step) -> [LiveChange] {
        guard let kind = step.list else { return apply(step.event, at: step.time) }
        return apply(step.items, of: begin(kind), at: step.time)
    }

    func callJSON(_ id: [UInt8], at time: LiveTime) -> String {
        var json = JSONWriter()
        writeCall(id[...], into: &json, at: time)
        return json.text
    }

    func agentJSON(_ name: String) -> String {
        var json = JSONWriter()
        writeAgent(Self.id(name), into: &json)
        return json.text
    }

    func queueJSON(_ name: String, at time: LiveTime) -> String {
        var json = JSONWriter()
        writeQueue(Self.id(name), into: &json, at: time)
        return json.text
    }
}

extension [UInt8] {
    var text: String { self[...].text }
}
