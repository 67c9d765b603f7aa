package import AMI
import Basics

/// A list that was asked for, and what the model had by then.
package struct LiveList: Sendable {
    package enum Kind: Sendable, Equatable {
        /// CoreShowChannels.
        case channels
        /// BridgeList.
        case bridges
        /// BridgeInfo of the bridge with this id.
        case bridge([UInt8])
        /// ParkedCalls.
        case parkedCalls
        /// QueueStatus.
        case queues
        /// DeviceStateList.
        case devices
        /// ExtensionStateList.
        case hints
    }

    package let kind: Kind
    let births: UInt64

    /// Whether a list is complete, by the event that ends it; one that is not must be asked for again.
    ///
    /// - Parameter end: the event with `EventList: Complete`.
    package static func isComplete(_ items: [AMIMessage], end: AMIMessage) -> Bool {
        guard end[.eventList]?.equalsIgnoringCase("complete") == true else { return false }
        return end[.listItems].map { $0.integer == items.count } ?? true
    }
}
