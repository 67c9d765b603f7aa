package import CallRecords

/// The facts about a call from its records, for its recording.
package struct KnownCall: Sendable, Equatable {
    package var uniqueID: [UInt8]
    package var linkedID: [UInt8]
    package var source: [UInt8]
    package var destination: [UInt8]
    package var direction: Direction?
    package var queue: [UInt8]

    /// Empty values are unknown.
    package init(
        uniqueID: [UInt8] = [],
        linkedID: [UInt8] = [],
        source: [UInt8] = [],
        destination: [UInt8] = [],
        direction: Direction? = nil,
        queue: [UInt8] = []
    ) {
        self.uniqueID = uniqueID
        self.linkedID = linkedID
        self.source = source
        self.destination = destination
        self.direction = direction
        self.queue = queue
    }
}
