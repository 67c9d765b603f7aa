import Basics
import HTTP
import SQLite
import TestSupport
import Testing

@testable import CallControl

struct LoginServiceTests {
    @Test func `a login gives a token that says who the user is now`() async throws {
        let testing = try await LoginsTesting()
        let grant = try await testing.login("anna")
        let caller = try testing.caller(grant.accessToken).get()
        #expect(caller.account == LoginsTesting.users[0] && caller.session == grant.session.id)
        #expect(caller.expiry == LoginsTesting.start.adding(seconds: 900) && grant.place == "user_1001")
        #expect(grant.session.end == LoginsTesting.start.adding(seconds: 43_200))
    }

    @Test func `an unknown name, a wrong password and a disabled user cost one hash each`() async throws {
        let testing = try await LoginsTesting()
        let root = try await testing.caller(named: "root")
        _ = try await testing.logins.disable("bob", by: root)
        let before = testing.work.done
        for (name, password) in [
            ("nobody", LoginsTesting.password), ("anna", Secret("wrong")), ("bob", LoginsTesting.password),
            ("not a name", LoginsTesting.password), (String(repeating: "x", count: 60_000), Secret("wrong")),
        ] {
            let count = testing.work.done.compared.count
            await #expect(throws: LoginError.badCredentials) { _ = try await testing.login(name, password) }
            #expect(testing.work.done.compared.count == count + 1)
        }
        #expect(testing.work.done.made == before.made)
        #expect(testing.work.done.compared.allSatisfy { $0 == "$y$j" })
    }

    @Test func `an imported hash is replaced at the next login`() async throws {
        let testing = try await LoginsTesting(users: [])
        try await testing.keeper.use { store in
            try store.register(Account("old", .agent), #require(LoginsTesting.imported), at: LoginsTesting.start)
        }
        await #expect(throws: LoginError.badCredentials) { _ = try await testing.login("old", Secret("U*V")) }
        #expect(testing.work.done.made == 0)
        let first = try await testing.login("old", Secret("U*U"))
        #expect(testing.work.done.made == 1)
        _ = try await testing.login("old", Secret("U*U"))
        #expect(testing.work.done.made == 1 && testing.work.done.compared == ["$2b$", "$2b$", "$y$j"])
        #expect(throws: Never.self) { try testing.caller(first.accessToken).get() }
    }

    @Test func `a token ends by its time, and never after its session`() async throws {
        let testing = try await LoginsTesting { $0.refreshLife = .seconds(1000) }
        let grant = try await testing.login("anna")
        testing.advance(930)
        #expect(testing.caller(grant.accessToken) == .failure(.expired))
        let next = try await testing.logins.refresh(Secret(grant.refreshToken))
        #expect(next.expiry == LoginsTesting.start.adding(seconds: 1000))
        testing.advance(70)
        #expect(testing.caller(next.accessToken) == .failure(.revoked))
        testing.logins.endOldSessions()
        #expect(testing.ended.ids == [grant.session.id] && testing.logins.sessionCount == 0)
        await #expect(throws: LoginError.refused) {
            _ = try await testing.logins.refresh(Secret(next.refreshToken))
        }
        testing.advance(86_401)
        await testing.logins.deleteOldSessions()
        let count = try await testing.keeper.use { store in
            try store.database.integer("SELECT count(*) FROM sessions")
        }
        #expect(count == 0)
    }

    @Test func `tokens that are none, or of others, are invalid`() async throws {
        let testing = try await LoginsTesting()
        let token = try await testing.login("anna").accessToken
        for text in ["", "a.b.c", token + "x", String(token.dropLast(4))] {
            #expect(testing.caller(text) == .failure(.invalid))
        }
        let other = try await LoginsTesting()
        #expect(other.caller(token) == .failure(.revoked))
    }

    @Test func `a refresh token works once, and again for ten seconds`() async throws {
        let testing = try await LoginsTesting()
        let grant = try await testing.login("anna")
        let second = try await testing.logins.refresh(Secret(grant.refreshToken))
        #expect(second.session == grant.session && second.refreshToken != grant.refreshToken)
        testing.advance(9)
        let third = try await testing.logins.refresh(Secret(grant.refreshToken))
        testing.advance(1)
        await #expect(throws: LoginError.reused) {
            _ = try await testing.logins.refresh(Secret(grant.refreshToken))
        }
        #expect(testing.ended.ids == [grant.session.id])
        for token in [grant.accessToken, second.accessToken, third.accessToken] {
            #expect(testing.caller(token) == .failure(.revoked))
        }
        for token in [second.refreshToken, third.refreshToken, "unknown"] {
            await #expect(throws: LoginError.refused) { _ = try await testing.logins.refresh(Secret(token)) }
        }
    }

    @Test func `a refresh reads the user anew`() async throws {
        let testing = try await LoginsTesting()
        let grant = try await testing.login("anna")
        try await testing.keeper.use { store in
            var account = try #require(try store.account("anna")).account
            account.role = .manager
            _ = try store.change(account, at: LoginsTesting.start)
        }
        #expect(try await testing.logins.refresh(Secret(grant.refreshToken)).account.role == .manager)
        #expect(try testing.caller(grant.accessToken).get().account.role == .manager)
    }

    @Test func `a logout ends one session of the user, and its place is free again`() async throws {
        let testing = try await LoginsTesting()
        let (first, second) = (try await testing.login("anna"), try await testing.login("bob"))
        let third = try await testing.login("ada")
        #expect(second.place == "user_1001_2" && third.place == "user_.ada")
        try await testing.logins.logout(session: first.session.id)
        try await testing.logins.logout(session: first.session.id)
        #expect(testing.caller(first.accessToken) == .failure(.revoked))
        #expect(throws: Never.self) { try testing.caller(second.accessToken).get() }
        #expect(testing.ended.ids == [first.session.id])
        #expect(try await testing.login("anna").place == "user_1001")
    }

    @Test func `sessions go on after a restart, and ended ones stay ended`() async throws {
        let directory = TemporaryDirectory()
        let (going, gone) = try await { () async throws in
            let testing = try await LoginsTesting(in: directory)
            let (going, gone) = (try await testing.login("anna"), try await testing.login("mia"))
            try await testing.logins.logout(session: gone.session.id)
            return (going, gone)
        }()
        let again = try await LoginsTesting(in: directory, users: [])
        #expect(try again.caller(going.accessToken).get().place == "user_1001")
        #expect(again.caller(gone.accessToken) == .failure(.revoked))
        #expect(try await again.logins.refresh(Secret(going.refreshToken)).session == going.session)
    }

    @Test func `a store that cannot be written refuses logins, and works again when it can`() async throws {
        let testing = try await LoginsTesting()
        let grant = try await testing.login("anna")
        try await testing.failWrites()
        await #expect(throws: LoginError.storeOff) { _ = try await testing.login("mia") }
        await #expect(throws: LoginError.storeOff) {
            _ = try await testing.logins.refresh(Secret(grant.refreshToken))
        }
        await #expect(throws: LoginError.storeOff) { try await testing.logins.logout(session: grant.session.id) }
        #expect(throws: Never.self) { try testing.caller(grant.accessToken).get() }
        #expect(testing.keeper.problem != nil && testing.ended.ids.isEmpty)
        #expect(testing.log.lines.contains { $0.contains("database of calls failed") })
        try await testing.repairWrites()
        _ = try await testing.login("mia")
        #expect(testing.keeper.problem == nil)
    }
}
