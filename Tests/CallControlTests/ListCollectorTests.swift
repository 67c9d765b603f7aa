import AMI
import Basics
import LiveCalls
import TestSupport
import Testing

@testable import CallControl

struct ListCollectorTests {
    @Test
    func `a list is found at its place, with its items`() {
        var collector = ListCollector()
        #expect(collector.summary("Event: Newchannel") == "event")
        #expect(collector.summary("Event: BridgeListItem\nActionID: 1\nBridgeUniqueid: a") == "item")
        // The ActionID is that of a command.
        #expect(collector.summary("Event: OriginateResponse\nActionID: 7\nResponse: Success") == "event")
        #expect(collector.summary("Event: BridgeListItem\nActionID: 1\nBridgeUniqueid: b") == "item")
        let end = "Event: BridgeListComplete\nActionID: 1\nEventList: Complete\nListItems: 2"
        #expect(collector.summary(end) == "list of 2")
        #expect(collector.summary("Event: Hangup") == "event")
        #expect(
            collector.summary("Event: BridgeListComplete\nActionID: 2\nEventList: Complete\nListItems: 0")
                == "list of 0"
        )
    }

    @Test
    func `a list with another number of items, or cancelled, is not complete`() {
        for end in ["EventList: Complete\nListItems: 2", "EventList: cancelled", "EventList: Complete\nListItems: 0"] {
            var collector = ListCollector()
            #expect(collector.summary("Event: QueueParams\nActionID: 1\nQueue: a") == "item")
            #expect(collector.summary("Event: QueueStatusComplete\nActionID: 1\n\(end)") == "incomplete", "\(end)")
        }
    }

    @Test
    func `items of a list that did not end, or that events were lost in, are in no other one`() {
        var collector = ListCollector()
        #expect(collector.summary("Event: QueueParams\nActionID: 1\nQueue: a") == "item")
        #expect(collector.summary("Event: QueueParams\nActionID: 2\nQueue: b") == "item")
        let end = "Event: QueueStatusComplete\nActionID: 2\nEventList: Complete\nListItems: 1"
        #expect(collector.summary(end) == "list of 1")
        #expect(collector.summary("Event: QueueParams\nActionID: 3\nQueue: b") == "item")
        collector.reset()
        #expect(
            collector.summary("Event: QueueStatusComplete\nActionID: 3\nEventList: Complete\nListItems: 1")
                == "incomplete"
        )
    }
}

extension ListCollector {
    /// What becomes of an event, in a word.
    fileprivate mutating func summary(_ text: String) -> String {
        let lines = text.split(separator: "\n").map { $0 + "\r\n" }.joined()
        return switch take(AMIMessage(Array(lines.utf8)[...])) {
        case .event: "event"
        case .item: "item"
        case .list(let items, true): "list of \(items.count)"
        case .list: "incomplete"
        }
    }
}
