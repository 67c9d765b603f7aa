import AMI
import Basics
import TestSupport
import Testing

@testable import CallControl

/// What the history takes from the events of recorded sessions.
struct HistoryRecorderTests {
    static let captures = [
        "attended-transfer-action", "attended-transfer-cancelled", "blind-transfer-action",
        "blind-transfer-busy-returns", "hold-by-redirect-and-bridge", "managed-transfer-agent-hangs-up",
        "managed-transfer-by-bridge", "managed-transfer-cancelled", "managed-transfer-target-hangs-up",
        "originate-hold-unhold-hangup", "queue-agent-pause-add-remove", "queue-call-held-by-redirect",
        "record-mute-dtmf-park", "refer-busy-noanswer-abandon", "snapshots-during-two-calls",
    ]

    private func entries(_ capture: String) throws -> [HistoryEntry] {
        let buffer = HistoryBuffer()
        try Live(history: buffer).play(capture)
        return buffer.first(.max)
    }

    private func count(_ event: String, in capture: String) throws -> Int {
        var decoder = MessageDecoder(expectsGreeting: true)
        decoder.append(try Fixture.bytes("live-calls/\(capture).txt")[...])
        var count = 0
        while let message = decoder.next() { if message.event.elementsEqual(event.utf8) { count += 1 } }
        return count
    }

    @Test(arguments: captures)
    func `each arrival in a queue has one outcome, and each call one end`(_ capture: String) throws {
        var visits: [String: FinishedVisit] = [:]
        var calls: [String] = []
        for entry in try entries(capture) {
            switch entry {
            case .visit(let visit): visits["\(visit.call) \(visit.queue) \(visit.joinedAt)"] = visit
            case .call(let call): calls.append(call.id)
            }
        }
        #expect(Set(calls).count == calls.count && !calls.isEmpty)
        #expect(visits.count == (try count("QueueCallerJoin", in: capture)))
        let outcomes = visits.values.map(\.outcome)
        #expect(outcomes.count { $0 == .answered } == (try count("AgentConnect", in: capture)))
        #expect(outcomes.count { $0 == .abandoned } == (try count("QueueCallerAbandon", in: capture)))
    }

    @Test func `a call tells who it was with, and whether it was answered`() throws {
        let calls = try entries("originate-hold-unhold-hangup").compactMap { entry in
            if case .call(let call) = entry { call } else { nil }
        }
        let call = try #require(calls.first { !$0.isMerged })
        #expect(call.isAnswered && !call.isAbandoned && !call.extensions.isEmpty)
        #expect(call.endedAt >= call.createdAt)
        let json = try JSONParser.parse(call.json[...])
        #expect(json["callId"]?.string == call.id && json["state"]?.string == "ended")
    }

    @Test func `what is not stored in time is dropped from its old end, and counted`() throws {
        let buffer = HistoryBuffer(limit: 2)
        let live = Live(history: buffer)
        for number in 1...5 {
            live.events(
                "Event: Newchannel\nUniqueid: \(number).1\nLinkedid: \(number).1\nChannel: PJSIP/1001-\(number)\n"
                    + "ChannelState: 0",
                "Event: Hangup\nUniqueid: \(number).1\nChannel: PJSIP/1001-\(number)\nCause: 16"
            )
        }
        let left = buffer.first(.max).compactMap { entry in if case .call(let call) = entry { call.id } else { nil } }
        #expect(left == ["call_4.1", "call_5.1"] && buffer.dropped == 3)
        // One of the two that were being stored was dropped meanwhile.
        buffer.remove(2, sinceDropped: 2)
        #expect(buffer.waitingCount == 1)
    }
}
