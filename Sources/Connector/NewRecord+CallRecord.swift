package import Basics
package import CallRecords
package import Spool

extension NewRecord {
    /// What the spool has to know of a record.
    package init(_ record: CallRecord, receivedAt: Timestamp) {
        self.init(
            id: record.id.bytes,
            kind: record.kind == .cdr ? .cdr : .cel,
            call: CallKey.make(
                start: PBXClock.epoch(inUniqueID: record.linkedID),
                hash: record.linkedID.stableHash
            ),
            made: PBXClock.epoch(inUniqueID: record.uniqueID) ?? 0,
            receivedAt: receivedAt,
            body: record.body
        )
    }
}
