/// What a full spool is full of.
package enum FillCause: String, Sendable, CaseIterable {
    /// Records that wait for the API.
    case backlog
    case deadLetters = "dead_letters"
    /// What is remembered of calls and recordings.
    case notes
    /// Its disk has no room, whoever took it.
    case disk

    /// Of a spool at its limit: what takes most of it.
    init(backlog: Int, deadLetters: Int, usedBytes: Int) {
        let notes = usedBytes - backlog - deadLetters
        self = backlog >= deadLetters && backlog >= notes ? .backlog : deadLetters >= notes ? .deadLetters : .notes
    }

    /// What makes room.
    package var advice: String {
        switch self {
        case .backlog: "find out why the API does not take the backlog, or raise SPOOL_MAX_BYTES"
        case .deadLetters:
            "retry or drop the dead letters ('asterisk-connector dead-letters list'), or raise SPOOL_MAX_BYTES"
        case .notes: "what is remembered of calls and recordings fills it: raise SPOOL_MAX_BYTES"
        case .disk: "free space on the disk of SPOOL_DIR"
        }
    }

    /// Why it is full, in a few words.
    package var explanation: String {
        switch self {
        case .backlog: "records wait for the API"
        case .deadLetters: "dead letters wait for an operator"
        case .notes: "notes of calls and recordings take the room"
        case .disk: "the disk has no room"
        }
    }
}
