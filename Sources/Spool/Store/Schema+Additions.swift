/// The parts that later versions of the schema added, in the order in which they are created.
extension Schema {
    static let newIn3 = [
        // Data about calls from CDRs, for their recordings, in the order of arrival, so that new rows go to the last
        // page; see CallNote. Entries of the index are small, and grow with the start of the channel. In most calls the
        // linkedid equals the UniqueID, so they need no entry in the second index.
        """
        CREATE TABLE call(
            id INTEGER PRIMARY KEY,
            channel INTEGER NOT NULL,
            uniqueid BLOB NOT NULL,
            linkedid BLOB,
            src BLOB NOT NULL,
            dst BLOB NOT NULL,
            direction TEXT NOT NULL,
            queue BLOB NOT NULL,
            answered INTEGER NOT NULL,
            billsec INTEGER NOT NULL,
            received_us INTEGER NOT NULL)
        """,
        "CREATE INDEX call_channel ON call(channel)",
        "CREATE INDEX call_linkedid ON call(linkedid) WHERE linkedid <> uniqueid",
        // The files into which calls were recorded; see RecordingNote.
        """
        CREATE TABLE recorded(
            id INTEGER PRIMARY KEY,
            name INTEGER NOT NULL,
            path BLOB NOT NULL,
            uniqueid BLOB NOT NULL,
            linkedid BLOB NOT NULL,
            certain INTEGER NOT NULL,
            received_us INTEGER NOT NULL)
        """,
        "CREATE INDEX recorded_name ON recorded(name)",
    ]

    static let newIn4 = [
        // Values that users of the spool have learned and need after a restart, in a form that they define.
        "CREATE TABLE learned(name TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID"
    ]

    static let newIn5 = [
        // The ids that recordings got at the API, each for one recording only; kept longer than the recording, so that
        // no later one gets the same id. The ids of calls from before `ids_since` (seconds since 1970) are unknown.
        "CREATE TABLE recording_id(recording INTEGER PRIMARY KEY, id BLOB NOT NULL)",
        "CREATE UNIQUE INDEX recording_id_id ON recording_id(id)",
        // The last change of a file's content, name or permissions when it was first seen or read; 0 when unknown.
        "ALTER TABLE recording ADD COLUMN changed_ns INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE state ADD COLUMN ids_since INTEGER NOT NULL DEFAULT 0",
        "UPDATE state SET ids_since = strftime('%s', 'now')",
    ]

    static let newIn6 = [
        // `intake`: the number of the last stored group or gap, so that one whose commit seemed to fail is not stored
        // twice; `keys`: the number of rows in the ledger; `keys_forgotten`: the number of keys deleted for lack of
        // room.
        "ALTER TABLE state ADD COLUMN intake INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE state ADD COLUMN keys INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE state ADD COLUMN keys_forgotten INTEGER NOT NULL DEFAULT 0",
        // The number of gaps that are merged in this row.
        "ALTER TABLE gap ADD COLUMN count INTEGER NOT NULL DEFAULT 1",
        // Zeros that reserve space; see Reserve.
        "CREATE TABLE reserve(id INTEGER PRIMARY KEY, filler BLOB NOT NULL)",
    ]
}
