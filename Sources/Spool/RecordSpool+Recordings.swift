package import Basics
import SQLite

/// The state of recordings: the files stay where they are, and their progress is stored here.
///
/// As with records, a call that threw may be repeated; nothing happens twice.
extension RecordSpool {
    /// The known recordings with these stamps, in the order of `looks`; a file that has changed counts as unknown.
    package func recordings(looking looks: [FileStamp]) throws(SpoolError) -> [StoredRecording?] {
        try during { (store) throws(SQLiteError) in try store.recordings.matching(looks) }
    }

    /// Stores files: new and changed ones as seen, those that are unchanged and ready as waiting.
    package func note(_ sightings: [RecordingSighting], at instant: Timestamp) throws(SpoolError) {
        try during { (store) throws(SQLiteError) in try store.recordings.note(sightings, at: instant) }
    }

    /// The recordings in one state with ids above `id`, in the order in which they were first seen.
    package func recordings(
        _ state: RecordingState,
        after id: Int,
        limit: Int
    ) throws(SpoolError) -> [StoredRecording] {
        try during { (store) throws(SQLiteError) in try store.recordings.page(state, after: id, limit: limit) }
    }

    /// The number of recordings in each state; a state that is missing has none.
    package func recordingCounts() throws(SpoolError) -> [RecordingState: Int] {
        try during { (store) throws(SQLiteError) in try store.recordings.counts() }
    }

    /// One recording; `nil` when there is none with this id.
    package func recording(_ id: Int) throws(SpoolError) -> StoredRecording? {
        try during { (store) throws(SQLiteError) in try store.recordings.recording(id) }
    }

    /// Stores the digest of the file and returns the state after that: done, when the same was uploaded from another
    /// place; `nil` when there is no recording with this id.
    ///
    /// - Parameter changed: `FileStamp.changed` when the file was read.
    package func measured(
        recording id: Int,
        sha256: [UInt8],
        changed: Int = 0,
        at instant: Timestamp
    ) throws(SpoolError) -> RecordingState? {
        try during { (store) throws(SQLiteError) in
            try store.recordings.measured(id, sha256: sha256, changed: changed, at: instant)
        }
    }

    /// The id of a recording at the API, stored before this returns: the id that it already has, else the first
    /// proposed one that no other recording has or had.
    ///
    /// - Returns: `nil` when there is no recording with this id.
    package func identify(recording id: Int, _ proposals: RecordingIDProposals) throws(SpoolError) -> [UInt8]? {
        try during { (store) throws(SQLiteError) in
            try store.identify(recording: id, proposals)
        }
    }

    /// Records that the API has a recording; false when the file has changed meanwhile.
    package func uploaded(recording id: Int, at instant: Timestamp) throws(SpoolError) -> Bool {
        try during(usingReserve: true) { (store) throws(SQLiteError) in
            try store.recordings.uploaded(id, at: instant)
        }
    }

    /// Records that an upload failed.
    ///
    /// - Parameters:
    ///   - attempts: the number of failed uploads, including this one.
    ///   - parks: whether the recording is given up, until an operator retries it.
    package func failed(
        recording id: Int,
        attempts: Int,
        reason: String,
        parks: Bool,
        at instant: Timestamp
    ) throws(SpoolError) {
        try during { (store) throws(SQLiteError) in
            try store.recordings.failed(id, attempts: attempts, reason: reason, parks: parks, at: instant)
        }
    }

    /// Deletes a recording whose file is gone or has changed.
    package func vanished(recording id: Int) throws(SpoolError) {
        try during { (store) throws(SQLiteError) in try store.recordings.vanished(id) }
    }

    /// Makes a parked recording wait for its upload again; false when there is none with this id.
    package func retry(recording id: Int, at instant: Timestamp) throws(SpoolError) -> Bool {
        try during { (store) throws(SQLiteError) in try store.recordings.retry(id, at: instant) }
    }

    /// Deletes some of the recordings that are done or only seen, and too old to be found ready again; false when there
    /// was none to delete.
    package func forgetRecordings(modifiedBefore instant: Timestamp) throws(SpoolError) -> Bool {
        try during { (store) throws(SQLiteError) in try store.recordings.forget(modifiedBefore: instant) }
    }

    /// Deletes some of the ids that recordings got, while there are more than one for each 16 KiB of the spool's limit.
    package func forgetRecordingIDs() throws(SpoolError) {
        try during { (store) throws(SQLiteError) in try store.forgetRecordingIDs() }
    }
}
