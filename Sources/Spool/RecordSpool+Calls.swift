package import Basics
import SQLite

/// What is known of calls, for their recordings; `append` keeps it.
extension RecordSpool {
    /// The call with this UniqueID, else the best of the calls with it as their linkedid; `nil` as long as no CDR came.
    ///
    /// Of several CDRs with one UniqueID the best tells: an answered one before others, then the one with the most
    /// billable seconds.
    ///
    /// - Parameter channel: the `CallKey` of `id`.
    package func call(_ id: [UInt8], channel: Int) throws(SpoolError) -> CallNote? {
        try during { (store) throws(SQLiteError) in try store.calls.call(id, channel: channel) }
    }

    /// What was told of files with this name, the latest first.
    package func recordings(named name: Int) throws(SpoolError) -> [RecordingNote] {
        try during { (store) throws(SQLiteError) in try store.calls.recordings(named: name) }
    }

    /// Forgets some of the notes that are old; false when none are left.
    ///
    /// Notes are kept for longer while a recording waits that may need them; of calls, and of files, there are no more than
    /// one for each KiB that the spool may have.
    ///
    /// - Parameter age: in seconds, since the CDR or the event that told of a file came.
    package func forgetCalls(age: Int, now: Timestamp) throws(SpoolError) -> Bool {
        let limit = keeper.maxBytes >> 10
        return try during { (store) throws(SQLiteError) in
            let oldest = min(now, store.recordings.oldest ?? now)
            return try store.calls.forget(receivedBefore: oldest.adding(seconds: -age), limit: limit)
        }
    }
}
