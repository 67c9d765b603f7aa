import Basics
import TestSupport
import Testing

@testable import CallControl

struct LoginLimitsTests {
    @Test func `after five failures a name has to wait at that address only`() async throws {
        let testing = try await LoginsTesting()
        for _ in 1...5 {
            await #expect(throws: LoginError.badCredentials) { _ = try await testing.login("anna", Secret("wrong")) }
        }
        let count = testing.work.done.compared.count
        testing.advance(20)
        await #expect(throws: LoginError.limited(.seconds(40))) { _ = try await testing.login("anna") }
        #expect(testing.work.done.compared.count == count)
        _ = try await testing.login("anna", from: IPAddress("198.51.100.1"))
        _ = try await testing.login("mia")
        testing.advance(40)
        _ = try await testing.login("anna")
    }

    @Test func `names that nobody can have are counted as one`() async throws {
        let testing = try await LoginsTesting()
        for number in 1...5 {
            await #expect(throws: LoginError.badCredentials) { _ = try await testing.login("no name \(number)") }
        }
        await #expect(throws: LoginError.limited(.seconds(60))) { _ = try await testing.login("no name") }
        _ = try await testing.login("anna")
    }

    @Test func `two hashes are computed at once, sixteen logins wait, and one more is refused`() async throws {
        let testing = try await LoginsTesting()
        testing.work.hold()
        let logins = (0..<18).map { _ in Task { try await testing.login("anna") } }
        await LoginsTesting.wait { testing.logins.passwords.waitingCount == 16 }
        await #expect(throws: LoginError.busy) { _ = try await testing.login("mia") }
        testing.work.release()
        var sessions: Set<String> = []
        for login in logins { sessions.insert(try await login.value.session.id) }
        #expect(sessions.count == 18 && testing.logins.passwords.waitingCount == 0)
        _ = try await testing.login("mia")
    }

    @Test func `guesses at the same time are not more than guesses one after the other`() async throws {
        let testing = try await LoginsTesting()
        testing.work.hold()
        let guesses = (0..<18).map { _ in Task { try await testing.login("anna", Secret("wrong")) } }
        await LoginsTesting.wait { testing.logins.passwords.waitingCount == 16 }
        testing.work.release()
        for guess in guesses { _ = await guess.result }
        // Two at a time: the last one may begin before the fifth is counted.
        #expect(5...6 ~= testing.work.done.compared.count)
    }

    @Test func `a login that nobody waits for any more costs no hash`() async throws {
        let testing = try await LoginsTesting()
        testing.work.hold()
        let logins = (0..<3).map { _ in Task { try await testing.login("anna") } }
        await LoginsTesting.wait { testing.logins.passwords.waitingCount == 1 }
        for login in logins { login.cancel() }
        testing.work.release()
        for login in logins { _ = await login.result }
        #expect(testing.work.done.compared.count == 2)
    }

    @Test func `a user has a hundred sessions at most, and a further one ends the oldest`() async throws {
        let testing = try await LoginsTesting()
        let first = try await testing.login("anna")
        var last = first
        for _ in 1..<LiveSessions.limitOfUser { last = try await testing.login("anna") }
        #expect(testing.ended.ids.isEmpty && testing.logins.sessionCount == LiveSessions.limitOfUser)
        let next = try await testing.login("anna")
        #expect(testing.ended.ids == [first.session.id] && next.place == "user_1001")
        #expect(testing.caller(first.accessToken) == .failure(.revoked))
        #expect(throws: Never.self) { try testing.caller(last.accessToken).get() }
        await #expect(throws: LoginError.refused) {
            _ = try await testing.logins.refresh(Secret(first.refreshToken))
        }
    }

    @Test func `each attempt is told with its outcome`() async throws {
        let attempts = Lock<[String]>([])
        let testing = try await LoginsTesting { configuration in
            configuration.didLogin = { name, _, error in
                attempts.withLock { $0.append("\(name): \(error.map { "\($0)" } ?? "ok")") }
            }
        }
        _ = try await testing.login("anna")
        _ = try? await testing.login("anna", Secret("wrong"))
        _ = try? await testing.login("no name")
        let told = attempts.withLock { $0.unshared }
        #expect(told == ["anna: ok", "anna: badCredentials", ": badCredentials"])
    }

    @Test func `a use of the store beyond the limit is refused`() async throws {
        let testing = try await LoginsTesting()
        let gate = Condition(false)
        let uses = (0..<CallsKeeper.limit).map { _ in
            Task { try await testing.keeper.use { _ in gate.wait { $0 ? () : nil } } }
        }
        await LoginsTesting.wait { testing.keeper.waitingCount == CallsKeeper.limit }
        await #expect(throws: CallsKeeper.Busy.self) { try await testing.keeper.use { _ in } }
        gate.change { $0 = true }
        for use in uses { try await use.value }
    }
}
