/// What takes up the space of a full spool.
package enum FillCause: String, Sendable, CaseIterable {
    /// Records that wait for the API.
    case backlog
    case deadLetters = "dead_letters"
    /// Notes about calls and recordings.
    case notes
    /// The disk has no room, whatever takes it up.
    case disk

    /// The largest part of a spool that is at its limit; all values in bytes.
    init(backlog: Int, deadLetters: Int, usedBytes: Int) {
        let notes = usedBytes - backlog - deadLetters
        self = backlog >= deadLetters && backlog >= notes ? .backlog : deadLetters >= notes ? .deadLetters : .notes
    }

    /// What an administrator can do to make room.
    package var advice: String {
        switch self {
        case .backlog: "find out why the API does not take the backlog, or raise SPOOL_MAX_BYTES"
        case .deadLetters:
            "retry or drop the dead letters ('asterisk-connector dead-letters list'), or raise SPOOL_MAX_BYTES"
        case .notes: "what is remembered of calls and recordings fills it: raise SPOOL_MAX_BYTES"
        case .disk: "free space on the disk of SPOOL_DIR"
        }
    }

    /// A short text about why it is full.
    package var explanation: String {
        switch self {
        case .backlog: "records wait for the API"
        case .deadLetters: "dead letters wait for an operator"
        case .notes: "notes of calls and recordings take the room"
        case .disk: "the disk has no room"
        }
    }
}
