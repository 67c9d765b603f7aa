package import Basics
import SQLite

/// The state of recordings: the files stay where they are, and what became of them is kept here.
///
/// As with records, whatever threw may be asked for again; nothing happens twice.
extension RecordSpool {
    /// What is known of files with these looks, in their order; a file that looks otherwise now counts as unknown.
    package func recordings(looking looks: [FileStamp]) throws(SpoolError) -> [StoredRecording?] {
        try during { (store) throws(SQLiteError) in try store.recordings.recordings(looking: looks) }
    }

    /// Notes files: new and changed ones as seen, those that look the same again and are ready as waiting.
    package func note(_ sightings: [RecordingSighting], at instant: Timestamp) throws(SpoolError) {
        try during { (store) throws(SQLiteError) in try store.recordings.note(sightings, at: instant) }
    }

    /// Recordings in one state with numbers above `id`, in the order in which they were first seen.
    package func recordings(
        _ state: RecordingState,
        after id: Int,
        limit: Int
    ) throws(SpoolError) -> [StoredRecording] {
        try during { (store) throws(SQLiteError) in try store.recordings.recordings(state, after: id, limit: limit) }
    }

    /// How many recordings are in each state; one that is not named has none.
    package func recordingCounts() throws(SpoolError) -> [RecordingState: Int] {
        try during { (store) throws(SQLiteError) in try store.recordings.counts() }
    }

    /// One recording; `nil` when there is none of that number.
    package func recording(_ id: Int) throws(SpoolError) -> StoredRecording? {
        try during { (store) throws(SQLiteError) in try store.recordings.recording(id) }
    }

    /// Notes what the file has in it; answers the state then: done, when the same was uploaded from another place.
    ///
    /// - Parameter changed: `FileStamp.changed` when the file was read.
    package func measured(
        recording id: Int,
        sha256: [UInt8],
        changed: Int = 0,
        at instant: Timestamp
    ) throws(SpoolError) -> RecordingState? {
        try during { (store) throws(SQLiteError) in
            try store.recordings.measured(recording: id, sha256: sha256, changed: changed, at: instant)
        }
    }

    /// The id of a recording at the API, which is noted before this returns: the one that it got before, else the first
    /// proposed one that no other recording has or had.
    ///
    /// - Returns: `nil` when there is no recording of that number.
    package func identify(recording id: Int, _ proposals: RecordingIDProposals) throws(SpoolError) -> [UInt8]? {
        try during { (store) throws(SQLiteError) in
            try store.recordingIDs.identify(recording: id, proposals) { () throws(SQLiteError) in
                try store.recordings.recording(id) != nil
            }
        }
    }

    /// Notes that the API has a recording; false when the file is another one by now.
    package func uploaded(recording id: Int, at instant: Timestamp) throws(SpoolError) -> Bool {
        try during(usingReserve: true) { (store) throws(SQLiteError) in
            try store.recordings.uploaded(recording: id, at: instant)
        }
    }

    /// Notes that an upload failed.
    ///
    /// - Parameters:
    ///   - attempts: how many have failed with this one.
    ///   - parks: whether it is given up, until an operator says otherwise.
    package func failed(
        recording id: Int,
        attempts: Int,
        reason: String,
        parks: Bool,
        at instant: Timestamp
    ) throws(SpoolError) {
        try during { (store) throws(SQLiteError) in
            try store.recordings.failed(recording: id, attempts: attempts, reason: reason, parks: parks, at: instant)
        }
    }

    /// Forgets a recording whose file is gone or is another one by now.
    package func vanished(recording id: Int) throws(SpoolError) {
        try during { (store) throws(SQLiteError) in try store.recordings.vanished(recording: id) }
    }

    /// Lets a recording that was given up wait for its upload again; false when there is none of that number.
    package func retry(recording id: Int, at instant: Timestamp) throws(SpoolError) -> Bool {
        try during { (store) throws(SQLiteError) in try store.recordings.retry(recording: id, at: instant) }
    }

    /// Forgets some of the recordings that are done or were only seen, and too old to be found ready again; false when
    /// none are left.
    package func forgetRecordings(modifiedBefore instant: Timestamp) throws(SpoolError) -> Bool {
        try during { (store) throws(SQLiteError) in try store.recordings.forget(modifiedBefore: instant) }
    }

    /// Forgets some of the ids that recordings got, while there are more than one for each 16 KiB that the spool may have.
    package func forgetRecordingIDs() throws(SpoolError) {
        let limit = keeper.maxBytes >> 14
        try during { (store) throws(SQLiteError) in try store.recordingIDs.forget(limit: limit) }
    }
}
