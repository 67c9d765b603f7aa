import Basics
import TestSupport
import Testing

@testable import CallControl

struct CallsStoreTests {
    private let directory = TemporaryDirectory()
    private let now = Timestamp(seconds: 1_800_000_000)
    /// Of the password `U*U`; bcrypt, since yescrypt takes longer.
    private let hash = PasswordHash("$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")

    private func store() throws -> CallsStore { try CallsStore(path: directory.file("calls/calls.db")) }

    /// A session of anna that lasts an hour, and the text of its refresh token.
    private func login(_ store: CallsStore) throws -> (session: LoginSession, text: String) {
        var generator = SplitMix64()
        let session = LoginSession(of: "anna", at: now, life: .seconds(3600), using: &generator)
        let (token, text) = RefreshToken.make(for: session.id, using: &generator)
        try store.begin(session, token)
        return (session, text)
    }

    private func refresh(_ text: String, _ store: CallsStore, after seconds: Int) throws -> (
        CallsStore.RefreshResult, next: String
    ) {
        var generator = SystemRandomNumberGenerator()
        var next = ""
        let result = try store.refresh(RefreshToken.digest(of: text), at: now.adding(seconds: seconds)) { session in
            let (token, text) = RefreshToken.make(for: session, using: &generator)
            next = text
            return token
        }
        return (result, next)
    }

    @Test func `an account comes back as it was stored, also from another process`() throws {
        var account = Account(
            "anna",
            .manager,
            extension: "1001",
            name: "Anna <b>",
            permissions: [.makeCalls, .holdCalls],
            team: ["1002", "1003"]
        )
        let hash = try #require(hash)
        do {
            let store = try store()
            try store.register(account, hash, at: now)
            account.name = "Anna B."
            let (changed, ended) = try store.change(account, at: now)
            #expect(changed.version == 2 && ended.isEmpty)
            account = changed
        }
        let stored = try #require(try store().account("anna"))
        #expect(stored.account == account && stored.password == hash)
        #expect(try store().account("Anna") == nil)
    }

    @Test func `a name is taken once, and a change of an older version is refused`() throws {
        let store = try store()
        let hash = try #require(hash)
        let account = Account("anna", .agent)
        try store.register(account, hash, at: now)
        #expect(throws: AccountError.taken("anna")) { try store.register(account, hash, at: now) }
        _ = try store.change(account, at: now)
        #expect(throws: AccountError.changed("anna")) { try store.change(account, at: now) }
        #expect(throws: AccountError.unknown("bob")) { try store.change(Account("bob", .agent), at: now) }
    }

    @Test func `the last superuser stays one and stays enabled`() throws {
        let store = try store()
        let hash = try #require(hash)
        try store.register(Account("root", .superuser), hash, at: now)
        var root = Account("root", .admin)
        #expect(throws: AccountError.lastSuperuser("root")) { try store.change(root, at: now) }
        root.role = .superuser
        root.isDisabled = true
        #expect(throws: AccountError.lastSuperuser("root")) { try store.change(root, at: now) }
        try store.register(Account("other", .superuser), hash, at: now)
        #expect(try store.change(root, at: now).0.version == 2)
        #expect(throws: AccountError.lastSuperuser("other")) { try store.change(Account("other", .agent), at: now) }
    }

    @Test func `a refresh token works once, again within ten seconds, and later ends the session`() throws {
        let store = try store()
        try store.register(Account("anna", .agent), try #require(hash), at: now)
        let (session, text) = try login(store)
        let (first, second) = try refresh(text, store, after: 60)
        #expect(first == .renewed(.init(session: session, account: Account("anna", .agent))))
        guard case .renewed = try refresh(text, store, after: 69).0 else {
            Issue.record("a lost answer costs the login")
            return
        }
        guard case .renewed = try refresh(second, store, after: 70).0 else {
            Issue.record("the new token does not work")
            return
        }
        #expect(try refresh(text, store, after: 71).0 == .ended(session: session.id))
        for token in [text, second] { #expect(try refresh(token, store, after: 72).0 == .refused) }
        #expect(try store.currentSessions(at: now).isEmpty)
    }

    @Test func `a refresh does not make a login last longer`() throws {
        let store = try store()
        try store.register(Account("anna", .agent), try #require(hash), at: now)
        let (_, text) = try login(store)
        let (_, next) = try refresh(text, store, after: 3599)
        #expect(try refresh(next, store, after: 3600).0 == .refused)
        #expect(try refresh("unknown", store, after: 0).0 == .refused)
    }

    @Test func `a user who is disabled loses the sessions, one with a new password all but the own`() throws {
        let store = try store()
        let hash = try #require(hash)
        var account = Account("anna", .agent)
        try store.register(account, hash, at: now)
        let kept = try login(store)
        let other = try login(store)
        #expect(try store.setPassword(hash, of: "anna", keeping: nil, at: now) == [])
        #expect(try store.setPassword(hash, of: "anna", keeping: kept.session.id, at: now) == [other.session.id])
        #expect(try refresh(other.text, store, after: 1).0 == .refused)
        #expect(try store.currentSessions(at: now) == [kept.session])
        account.isDisabled = true
        #expect(try store.change(account, at: now).ended == [kept.session.id])
        #expect(try refresh(kept.text, store, after: 2).0 == .refused)
    }

    @Test func `a logout counts once, and old sessions are deleted in steps`() throws {
        let store = try store()
        try store.register(Account("anna", .agent), try #require(hash), at: now)
        let sessions = try (0..<3).map { _ in try login(store).session }
        #expect(try store.end(sessions[0].id, .logout) && !(try store.end(sessions[0].id, .logout)))
        #expect(!(try store.end("ami_session_unknown", .logout)))
        #expect(try store.deleteSessions(before: now, limit: 10) == 0)
        #expect(try store.deleteSessions(before: now.adding(seconds: 3601), limit: 2) == 2)
        #expect(try store.deleteSessions(before: now.adding(seconds: 3601), limit: 2) == 1)
    }

    @Test func `a newer database is refused, and one that is used too`() throws {
        let path = directory.file("calls/calls.db")
        let store = try store()
        #expect(throws: CallsStoreError.locked(path: path)) { try self.store() }
        withExtendedLifetime(store) {}
    }

    @Test func `digests of refresh tokens are stored, never the tokens`() throws {
        let store = try store()
        let (session, text) = try login(store)
        let files = try ["calls/calls.db", "calls/calls.db-wal"].map {
            try FileContents.read(directory.file($0), first: 1 << 20)
        }
        let content = files.map { String(decoding: $0, as: UTF8.self) }.joined()
        #expect(content.contains(session.id) && !content.contains(text))
        withExtendedLifetime(store) {}
    }
}
