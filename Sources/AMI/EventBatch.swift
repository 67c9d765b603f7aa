package import Basics

/// Events in the order of their arrival, in one buffer: the unit that the reader hands to a consumer.
package struct EventBatch: Sendable {
    /// When the first of them was read.
    package let receipt: Receipt
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    package init(_ receipt: Receipt) { self.receipt = receipt }

    /// Makes a batch of which only the time of receipt is known.
    package init(receivedAt: Timestamp) { self.init(Receipt(at: receivedAt)) }

    package var receivedAt: Timestamp { receipt.at }

    package var count: Int { ends.count }
    package var byteCount: Int { bytes.count }

    package mutating func append(_ frame: Bytes) {
        bytes.append(contentsOf: frame)
        ends.append(bytes.count)
    }

    /// The event at a position, decoded.
    package subscript(index: Int) -> AMIMessage {
        AMIMessage(bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]])
    }
}
