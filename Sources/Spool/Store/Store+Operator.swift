import Basics
import SQLite

extension Store {
    func deadLetters(after sequence: Int, limit: Int) throws(SQLiteError) -> [DeadLetter] {
        try deadLetters("WHERE seq > ? ORDER BY seq LIMIT ?", sequence, limit)
    }

    func deadLetter(_ sequence: Int) throws(SQLiteError) -> DeadLetter? {
        try deadLetters("WHERE seq = ? LIMIT ?", sequence, 1).first
    }

    private func deadLetters(_ which: String, _ first: Int, _ second: Int) throws(SQLiteError) -> [DeadLetter] {
        let columns = StoredRecord.columns + ", status, reason, died_us"
        return try database.rows("SELECT \(columns) FROM dead \(which)", first, second) { row throws(SQLiteError) in
            DeadLetter(
                record: try StoredRecord(row),
                status: row.integer(7),
                reason: row.text(8),
                diedAt: row.timestamp(9)
            )
        }
    }

    /// Makes a dead letter wait for delivery again, after all waiting records; false when there is none with this
    /// number.
    func retry(deadLetter sequence: Int) throws(SQLiteError) -> Bool {
        guard let letter = try deadLetter(sequence) else { return false }
        let changes = [RecordKind: RecordCounts]([letter.record]) {
            $0.dead -= 1
            $0.waiting += 1
        }
        try database.transaction { () throws(SQLiteError) in
            try database.run(
                """
                INSERT INTO record(seq, id, kind, call, received_us, body, sum)
                    SELECT ?, id, kind, call, received_us, body, sum FROM dead WHERE seq = ?
                """,
                state.nextSequence,
                sequence
            )
            try database.run("DELETE FROM dead WHERE seq = ?", sequence)
            try database.run("UPDATE state SET next_seq = ?", state.nextSequence + 1)
            try statements.add(changes)
        }
        state.nextSequence += 1
        arrivals.note(upTo: state.nextSequence - 1, at: .now)
        deadLetters -= 1
        note(changes)
        return true
    }

    /// Removes a dead letter permanently; false when there is none with this number.
    func drop(deadLetter sequence: Int) throws(SQLiteError) -> Bool {
        guard let letter = try deadLetter(sequence) else { return false }
        let changes = [RecordKind: RecordCounts]([letter.record]) {
            $0.dead -= 1
            $0.dropped += 1
        }
        try database.transaction { () throws(SQLiteError) in
            try database.run("DELETE FROM dead WHERE seq = ?", sequence)
            try statements.add(changes)
        }
        deadLetters -= 1
        note(changes)
        return true
    }
}
