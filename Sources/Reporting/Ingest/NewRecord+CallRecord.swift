package import Basics
package import CallRecords
import Delivery
package import Spool

extension NewRecord {
    /// The record in the form of the spool.
    package init(_ record: CallRecord, receivedAt: Timestamp) {
        self.init(
            id: record.id.bytes,
            kind: record.kind == .cdr ? .cdr : .cel,
            call: CallKey.make(record.linkedID),
            channel: CallKey.make(record.uniqueID),
            receivedAt: receivedAt,
            body: record.body
        )
    }
}

extension ChannelSnapshot {
    /// The channel in the form of the spool.
    init(_ change: ChannelCache.Change) {
        self.init(channel: CallKey.make(change.uniqueID[...]), content: change.facts)
    }
}
