import AMI
import Basics
import LiveCalls

/// Finds the lists that were asked for in the stream of events, at their place in it.
///
/// A list is as new as the events before it, and older than those behind it, so it must be applied between them; the
/// answer of an action comes beside the stream. The items of a list are events with the ActionID of its action, without
/// other events among them (main/manager.c); of the other events, OriginateResponse has the ActionID of a command, and a
/// UserEvent may have any.
struct ListCollector {
    enum Outcome {
        /// An event that belongs to no list.
        case event
        case item
        /// The list ended with this event; its items are complete only if `isComplete`.
        case list(items: [AMIMessage], isComplete: Bool)
    }

    private var items: [AMIMessage] = []
    private var actionID: [UInt8] = []

    /// Takes the next event of the stream.
    mutating func take(_ event: AMIMessage) -> Outcome {
        guard let id = event[.actionID], !id.isEmpty, !Self.isNoItem(event.event) else { return .event }
        if !id.elementsEqual(actionID) {
            // The list before was not finished: the PBX refused the rest of it, or events were lost.
            (actionID, items) = (Array(id), [])
        }
        guard event[.eventList] != nil else {
            if items.count < ConnectionState.longestList.items { items.append(event) }
            return .item
        }
        defer { (actionID, items) = ([], []) }
        return .list(items: items, isComplete: LiveList.isComplete(items, end: event))
    }

    private static func isNoItem(_ event: Bytes) -> Bool {
        event.equalsIgnoringCase("OriginateResponse") || event.equalsIgnoringCase("UserEvent")
    }

    /// Events were lost: what was collected is not complete.
    mutating func reset() { (actionID, items) = ([], []) }
}
