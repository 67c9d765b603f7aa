import Basics

/// The sessions that go on, and all accounts, as the store has them; pure.
struct LiveSessions {
    /// Rises with each change of an account, and each end of a session.
    let changes = Counter()
    private var accounts: [String: Account] = [:]
    private var entries: [String: SessionState] = [:]
    /// The id of the session in each place.
    private var places: [String: String] = [:]
    /// The ids of each user's sessions, the oldest first.
    private var idsOfUser: [String: [String]] = [:]

    /// The most sessions of a user: a program that logs in for each request must not fill the memory.
    static let limitOfUser = 100

    /// - Parameter marks: what is kept of sessions, by their ids.
    init(
        _ accounts: [Account],
        _ sessions: [LoginSession],
        marks: [String: (mark: SessionMark?, version: Int)] = [:]
    ) {
        for account in accounts { self.accounts[account.username] = account }
        for session in sessions {
            _ = begin(session, mark: marks[session.id]?.mark)
            if let version = marks[session.id]?.version { _ = setVersion(version, of: session.id) }
        }
    }

    /// How many sessions go on.
    var count: Int { entries.count }

    /// How many sessions go on, by the roles of their users.
    var countsByRole: [CallRole: Int] {
        var counts: [CallRole: Int] = [:]
        for entry in entries.values {
            if let role = accounts[entry.session.username]?.role { counts[role, default: 0] += 1 }
        }
        return counts
    }

    /// In the order of their names.
    var allAccounts: [Account] { accounts.values.sorted { $0.username < $1.username } }

    func account(_ username: String) -> Account? { accounts[username] }

    mutating func put(_ account: Account) {
        accounts[account.username] = account
        changes.add()
    }

    /// The sessions of a user that have to end before another one begins: the oldest.
    func surplus(of username: String) -> [String] {
        let ids = idsOfUser[username] ?? []
        return Array(ids.prefix(max(0, ids.count + 1 - Self.limitOfUser)))
    }

    /// Adds a session, in the first place that is free.
    mutating func begin(_ session: LoginSession, mark: SessionMark? = nil) -> SessionState {
        let phone = accounts[session.username]?.extension ?? ""
        let base = "user_" + (phone.isEmpty ? ".\(session.username)" : phone)
        var (place, number) = (base, 1)
        while places[place] != nil {
            number += 1
            place = "\(base)_\(number)"
        }
        places[place] = session.id
        idsOfUser[session.username, default: []].append(session.id)
        let state = SessionState(session, place: place, extension: phone, mark: mark)
        entries[session.id] = state
        return state
    }

    /// A session and its place; `nil` when it has ended.
    func session(_ id: String) -> (session: LoginSession, place: String)? {
        entries[id].map { ($0.session, $0.place) }
    }

    var all: [SessionState] { Array(entries.values) }

    /// The session in a place.
    func state(at place: String) -> SessionState? { places[place].flatMap { entries[$0] } }

    mutating func setVersion(_ version: Int, of session: String) -> SessionState? {
        entries[session]?.version = version
        return entries[session]
    }

    /// The last event that a client of a session has worked on; `nil` for none.
    func acknowledged(in session: String) -> Int? { entries[session]?.mark.acknowledged }

    /// Notes that a client of a session has worked on the events up to this one; it never goes back.
    mutating func acknowledge(_ event: Int, in session: String) {
        guard let state = entries[session], event > state.mark.acknowledged ?? -1 else { return }
        entries[session]?.mark.acknowledged = event
    }

    /// The marks that the store should learn now; they count as stored.
    mutating func takeMarks(_ limit: Int) -> [(session: String, mark: SessionMark)] {
        let due = entries.values.lazy.filter(\.isToBeStored).prefix(limit)
        let marks = due.map { (session: $0.session.id, mark: $0.mark) }
        for (id, mark) in marks { entries[id]?.stored = mark }
        return Array(marks)
    }

    /// Removes sessions; returns those that were there.
    mutating func end(_ ids: [String]) -> [SessionState] {
        defer { if !ids.isEmpty { changes.add() } }
        return ids.compactMap { id in
            guard let entry = entries.removeValue(forKey: id) else { return nil }
            places[entry.place] = nil
            let username = entry.session.username
            idsOfUser[username]?.removeAll { $0 == id }
            if idsOfUser[username]?.isEmpty == true { idsOfUser[username] = nil }
            return entry
        }
    }

    /// Removes the sessions whose time is over; returns them.
    mutating func endOld(at now: Timestamp) -> [SessionState] {
        end(entries.values.filter { $0.session.end <= now }.map(\.session.id))
    }

    /// The account of a session that goes on, as it is now; `nil` when it has ended, or the user is disabled.
    func account(in session: String, at now: Timestamp) -> Account? {
        guard let session = entries[session]?.session, now < session.end, let account = accounts[session.username],
            !account.isDisabled
        else { return nil }
        return account
    }

    mutating func caller(of token: AccessToken, at now: Timestamp) -> Result<Caller, CallerError> {
        guard let account = account(in: token.session, at: now), account.username == token.username,
            let place = entries[token.session]?.place
        else { return .failure(.revoked) }
        entries[token.session]?.mark.lastSeen = now
        return .success(Caller(account: account, session: token.session, place: place, expiry: token.expiry))
    }
}
