package import Basics
import SQLite

extension CallsStore {
    /// Begins a session with its first refresh token.
    package func begin(_ session: LoginSession, _ token: RefreshToken) throws(CallsStoreError) {
        try transaction { () throws(SQLiteError) in
            try sessions.insert(session)
            try sessions.insert(token)
        }
    }

    /// A session and its user as they are now.
    package struct Renewal: Sendable, Equatable {
        package let session: LoginSession
        package let account: Account
    }

    /// What became of a refresh.
    package enum RefreshResult: Sendable, Equatable {
        case renewed(Renewal)
        case refused
        /// The token was used before; its session has ended now.
        case ended(session: String)
    }

    /// Exchanges a refresh token for another one.
    ///
    /// - Parameters:
    ///   - digest: of the token that the client has.
    ///   - next: makes the token that it gets, for a session.
    package func refresh(
        _ digest: [UInt8],
        at now: Timestamp,
        next: (_ session: String) -> RefreshToken
    ) throws(CallsStoreError) -> RefreshResult {
        try transaction { () throws(SQLiteError) -> RefreshResult in
            guard let token = try sessions.token(digest), let session = try sessions.session(token.session),
                let account = try accounts.account(session.username)?.account
            else { return .refused }
            switch token.outcome(in: session, isDisabled: account.isDisabled, at: now) {
            case .refused: return .refused
            case .reused:
                try sessions.end(session.id, .reuse)
                return .ended(session: session.id)
            case .renewed:
                try sessions.use(token, at: now)
                try sessions.insert(next(session.id))
                return .renewed(Renewal(session: session, account: account))
            }
        }
    }

    /// Ends a session; false when it had ended before, or is unknown.
    package func end(_ session: String, _ ending: LoginSession.Ending) throws(CallsStoreError) -> Bool {
        try transaction { () throws(SQLiteError) in try sessions.end(session, ending) }
    }

    /// The sessions of all users that go on at `now`, for the memory of a service that starts.
    package func currentSessions(at now: Timestamp) throws(CallsStoreError) -> [LoginSession] {
        try transaction { () throws(SQLiteError) in try sessions.current(at: now) }
    }

    /// Deletes sessions that are over since `time`, at most `limit` of them; returns how many.
    package func deleteSessions(before time: Timestamp, limit: Int) throws(CallsStoreError) -> Int {
        try transaction { () throws(SQLiteError) in try sessions.delete(before: time, limit: limit) }
    }
}
