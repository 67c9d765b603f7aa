import Basics

/// The sessions that go on, and all accounts, as the store has them; pure.
struct LiveSessions {
    private struct Entry {
        let session: LoginSession
        let place: String
        /// The last event that a client of the session has worked on.
        var acknowledged: Int?
    }

    private var accounts: [String: Account] = [:]
    private var entries: [String: Entry] = [:]
    /// The id of the session in each place.
    private var places: [String: String] = [:]
    /// The ids of each user's sessions, the oldest first.
    private var idsOfUser: [String: [String]] = [:]

    /// The most sessions of a user: a program that logs in for each request must not fill the memory.
    static let limitOfUser = 100

    init(_ accounts: [Account], _ sessions: [LoginSession]) {
        for account in accounts { self.accounts[account.username] = account }
        for session in sessions { _ = begin(session) }
    }

    /// How many sessions go on.
    var count: Int { entries.count }

    /// In the order of their names.
    var allAccounts: [Account] { accounts.values.sorted { $0.username < $1.username } }

    func account(_ username: String) -> Account? { accounts[username] }

    mutating func put(_ account: Account) { accounts[account.username] = account }

    /// The sessions of a user that have to end before another one begins: the oldest.
    func surplus(of username: String) -> [String] {
        let ids = idsOfUser[username] ?? []
        return Array(ids.prefix(max(0, ids.count + 1 - Self.limitOfUser)))
    }

    /// Adds a session; returns its place: the first one that is free.
    mutating func begin(_ session: LoginSession) -> String {
        let phone = accounts[session.username]?.extension ?? ""
        let base = "user_" + (phone.isEmpty ? ".\(session.username)" : phone)
        var (place, number) = (base, 1)
        while places[place] != nil {
            number += 1
            place = "\(base)_\(number)"
        }
        places[place] = session.id
        idsOfUser[session.username, default: []].append(session.id)
        entries[session.id] = Entry(session: session, place: place)
        return place
    }

    /// A session and its place; `nil` when it has ended.
    func session(_ id: String) -> (session: LoginSession, place: String)? {
        entries[id].map { ($0.session, $0.place) }
    }

    /// The last event that a client of a session has worked on; `nil` for none.
    func acknowledged(in session: String) -> Int? { entries[session]?.acknowledged }

    /// Notes that a client of a session has worked on the events up to this one; it never goes back.
    mutating func acknowledge(_ event: Int, in session: String) {
        guard var entry = entries[session], event > entry.acknowledged ?? -1 else { return }
        entry.acknowledged = event
        entries[session] = entry
    }

    /// The session in a place.
    func session(at place: String) -> LoginSession? { places[place].flatMap { entries[$0]?.session } }

    /// Removes sessions; returns those that were there.
    mutating func end(_ ids: [String]) -> [LoginSession] {
        ids.compactMap { id in
            guard let entry = entries.removeValue(forKey: id) else { return nil }
            places[entry.place] = nil
            let username = entry.session.username
            idsOfUser[username]?.removeAll { $0 == id }
            if idsOfUser[username]?.isEmpty == true { idsOfUser[username] = nil }
            return entry.session
        }
    }

    /// Removes the sessions whose time is over; returns them.
    mutating func endOld(at now: Timestamp) -> [LoginSession] {
        end(entries.values.filter { $0.session.end <= now }.map(\.session.id))
    }

    /// The account of a session that goes on, as it is now; `nil` when it has ended, or the user is disabled.
    func account(in session: String, at now: Timestamp) -> Account? {
        guard let session = entries[session]?.session, now < session.end, let account = accounts[session.username],
            !account.isDisabled
        else { return nil }
        return account
    }

    func caller(of token: AccessToken, at now: Timestamp) -> Result<Caller, CallerError> {
        guard let account = account(in: token.session, at: now), account.username == token.username,
            let place = entries[token.session]?.place
        else { return .failure(.revoked) }
        return .success(Caller(account: account, session: token.session, place: place, expiry: token.expiry))
    }
}
