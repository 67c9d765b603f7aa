import Basics

/// What is kept of the clients of a session, for its next connection.
struct SessionMark: Sendable, Equatable {
    /// When a token of it was shown last.
    var lastSeen: Timestamp
    /// The last event that a client of the session has worked on; `nil` for none.
    var acknowledged: Int?
}

/// A session as it is now.
struct SessionState: Sendable {
    let session: LoginSession
    /// Its name in keys and paths.
    let place: String
    /// Of the user when the session began; empty for none.
    let `extension`: String
    var mark: SessionMark
    /// Rises with each change of its data.
    var version = 1
    /// What of the mark is in the store.
    var stored: SessionMark

    init(_ session: LoginSession, place: String, extension: String, mark: SessionMark? = nil) {
        self.session = session
        self.place = place
        self.extension = `extension`
        self.mark = mark ?? SessionMark(lastSeen: session.begin)
        stored = self.mark
    }

    /// How late the store may learn that a session was seen.
    private static let delay = Duration.seconds(60)

    /// Whether the store should learn of the mark now.
    var isToBeStored: Bool {
        mark.acknowledged != stored.acknowledged || mark.lastSeen > stored.lastSeen.adding(Self.delay)
    }
}

/// What happened to a session.
enum SessionChange: String, Sendable {
    case created = "session:created"
    case changed = "session:changed"
    case ended = "session:ended"
}
