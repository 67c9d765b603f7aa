package import Basics
import SQLite

/// Data about calls, for their recordings; `append` stores it.
extension RecordSpool {
    /// The call with this UniqueID, else the best of the calls that have it as their linkedid; `nil` until a CDR came.
    ///
    /// Of several CDRs with one UniqueID the best is used: an answered one before others, then the one with the most
    /// billable seconds.
    ///
    /// - Parameter channel: the `CallKey` of `id`.
    package func call(_ id: [UInt8], channel: Int) throws(SpoolError) -> CallNote? {
        try during { (store) throws(SQLiteError) in try store.calls.call(id, channel: channel) }
    }

    /// The notes about files with this name, the latest first.
    package func recordings(named name: Int) throws(SpoolError) -> [RecordingNote] {
        try during { (store) throws(SQLiteError) in try store.calls.recordings(named: name) }
    }

    /// Deletes some of the old notes; false when there was none to delete.
    ///
    /// Notes are kept longer while a recording waits that may need them. For calls and for files, there is at most one
    /// note for each KiB of the spool's limit.
    ///
    /// - Parameter age: in seconds, since the CDR or the event about a file was received.
    package func forgetCalls(age: Int, now: Timestamp) throws(SpoolError) -> Bool {
        try during { (store) throws(SQLiteError) in try store.forgetCalls(age: age, now: now) }
    }
}
