package import Basics
package import CallRecords
import Delivery
package import Spool

extension NewRecord {
    /// What the spool has to know of a record.
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
    /// What the spool keeps of a channel.
    init(_ change: ChannelCache.Change) {
        self.init(channel: CallKey.make(change.uniqueID[...]), content: change.facts)
    }
}
