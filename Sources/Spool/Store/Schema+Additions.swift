/// What later versions of the schema added, in the order in which it is made.
extension Schema {
    static let newIn3 = [
        // What CDRs told of calls, for their recordings, in the order in which they came, so that new rows go to the last
        // page; see CallNote. Entries of the index are small, and grow with the start of the channel. Most calls have the
        // linkedid that is their UniqueID, and need no entry to be found by it.
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
        // The files that calls were recorded into; see RecordingNote.
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
        // What users of the spool have learned and want to know after a restart, in a form that is theirs.
        "CREATE TABLE learned(name TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID"
    ]

    static let newIn5 = [
        // The ids that recordings got at the API, each for one recording only; kept longer than the recording, so that no
        // later one gets the same. Of calls from before `ids_since` (seconds) nothing is known.
        "CREATE TABLE recording_id(recording INTEGER PRIMARY KEY, id BLOB NOT NULL)",
        "CREATE UNIQUE INDEX recording_id_id ON recording_id(id)",
        // The last change of a file's content, name or rights when it was seen first or read; 0 when that is not known.
        "ALTER TABLE recording ADD COLUMN changed_ns INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE state ADD COLUMN ids_since INTEGER NOT NULL DEFAULT 0",
        "UPDATE state SET ids_since = strftime('%s', 'now')",
    ]

    static let newIn6 = [
        // `intake`: the number of the last group or gap that was stored, so that one whose commit seemed to fail is not
        // stored twice; `keys`: rows of the ledger; `keys_forgotten`: those that went for want of room.
        "ALTER TABLE state ADD COLUMN intake INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE state ADD COLUMN keys INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE state ADD COLUMN keys_forgotten INTEGER NOT NULL DEFAULT 0",
        // How many gaps this row stands for.
        "ALTER TABLE gap ADD COLUMN count INTEGER NOT NULL DEFAULT 1",
        // Zeros that take up room; see Reserve.
        "CREATE TABLE reserve(id INTEGER PRIMARY KEY, filler BLOB NOT NULL)",
    ]
}
