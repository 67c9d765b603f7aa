package import Basics
package import CallRecords
package import Spool

extension CallKey {
    /// The key for a UniqueID or linkedid.
    package static func make(_ id: Bytes) -> Int {
        make(start: PBXClock.epoch(inUniqueID: id), hash: id.stableHash)
    }

    /// The key for the name of a recording, which usually contains the begin of its call.
    package static func make(_ name: RecordingName, of path: [UInt8]) -> Int {
        make(
            start: name.uniqueID.flatMap { PBXClock.epoch(inUniqueID: $0[...]) },
            hash: RecordingName.stem(of: path[...]).stableHash
        )
    }
}
