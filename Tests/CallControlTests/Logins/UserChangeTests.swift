import Basics
import TestSupport
import Testing

@testable import CallControl

struct UserChangeTests {
    private static let password = Secret("another good password")

    /// Which roles each role may give, take and disable.
    private static let rights: [CallRole: Set<CallRole>] = [
        .agent: [], .manager: [], .admin: [.agent, .manager], .superuser: [.agent, .manager, .admin, .superuser],
    ]

    private static let callers: [CallRole: String] = [
        .agent: "anna", .manager: "mia", .admin: "ada", .superuser: "root",
    ]

    @Test(arguments: CallRole.allCases, CallRole.allCases)
    func `who registers, changes and disables whom`(caller: CallRole, role: CallRole) async throws {
        let target = Account("target", role)
        let testing = try await LoginsTesting(users: LoginsTesting.users + [target])
        let name = try #require(Self.callers[caller])
        let user = try await testing.caller(named: name)
        let mayManage = try #require(Self.rights[caller]).contains(role)

        func outcome(_ body: () async throws(LoginError) -> Void) async -> LoginError? {
            do throws(LoginError) {
                try await body()
                return nil
            } catch {
                return error
            }
        }

        let expected: LoginError? = mayManage ? nil : .forbidden(caller)
        let registered = await outcome { () async throws(LoginError) in
            try await testing.logins.register(Account("new", role), password: Self.password, by: user)
        }
        #expect(registered == expected)
        // Giving the role to an agent, and taking it.
        for (name, given) in [("bob", role), ("target", CallRole.agent)] {
            let changed = await outcome { () async throws(LoginError) in
                var change = LoginService.UserChange()
                change.role = given
                _ = try await testing.logins.change(name, change, by: user)
            }
            #expect(changed == expected)
        }
        let other = try await testing.login("target")
        let disabled = await outcome { () async throws(LoginError) in
            _ = try await testing.logins.disable("target", by: user)
        }
        // The target is an agent by now, when the caller may do that.
        #expect(disabled == expected)
        #expect(testing.ended.ids == (mayManage ? [other.session.id] : []))
        #expect((testing.caller(other.accessToken) == .failure(.revoked)) == mayManage)
    }

    @Test func `a registered user logs in, and a name is taken once`() async throws {
        let testing = try await LoginsTesting()
        let root = try await testing.caller(named: "root")
        try await testing.logins.register(Account("eve", .manager), password: Self.password, by: root)
        #expect(try await testing.login("eve", Self.password).account.role == .manager)
        let made = testing.work.done.made
        await #expect(throws: LoginError.taken("eve")) {
            try await testing.logins.register(Account("eve", .agent), password: Self.password, by: root)
        }
        await #expect(throws: LoginError.invalid("password: the password needs 12 characters or more")) {
            try await testing.logins.register(Account("ivy", .agent), password: Secret("elevenchars"), by: root)
        }
        #expect(testing.work.done.made == made)
    }

    @Test func `a change counts for tokens that are out already`() async throws {
        let testing = try await LoginsTesting()
        let (token, ada) = (try await testing.login("anna").accessToken, try await testing.caller(named: "ada"))
        var change = LoginService.UserChange()
        (change.role, change.team, change.version) = (.manager, ["1002"], 1)
        let changed = try await testing.logins.change("anna", change, by: ada)
        let caller = try testing.caller(token).get()
        #expect(changed.version == 2 && caller.account == changed)
        await #expect(throws: LoginError.changed("anna")) {
            _ = try await testing.logins.change("anna", change, by: ada)
        }
        await #expect(throws: LoginError.unknown("nobody")) {
            _ = try await testing.logins.change("nobody", change, by: ada)
        }
    }

    @Test func `the last superuser stays`() async throws {
        let testing = try await LoginsTesting()
        let root = try await testing.caller(named: "root")
        await #expect(throws: LoginError.lastSuperuser("root")) {
            _ = try await testing.logins.disable("root", by: root)
        }
        #expect(testing.ended.ids.isEmpty)
    }

    @Test func `the own password is changed with the old one, and other sessions end`() async throws {
        let testing = try await LoginsTesting()
        let (first, other) = (try await testing.login("anna"), try await testing.login("anna"))
        let caller = try testing.caller(first.accessToken).get()
        let logins = testing.logins
        await #expect(throws: LoginError.badCredentials) {
            try await logins.changePassword(of: caller, from: Secret("wrong"), to: Self.password, address: nil)
        }
        await #expect(throws: LoginError.invalid("new: the password needs 12 characters or more")) {
            try await logins.changePassword(of: caller, from: LoginsTesting.password, to: Secret("x"), address: nil)
        }
        try await logins.changePassword(of: caller, from: LoginsTesting.password, to: Self.password, address: nil)
        #expect(testing.ended.ids == [other.session.id])
        #expect(throws: Never.self) { try testing.caller(first.accessToken).get() }
        await #expect(throws: LoginError.badCredentials) { _ = try await testing.login("anna") }
        _ = try await testing.login("anna", Self.password)
    }

    @Test func `a password from an administrator ends all sessions`() async throws {
        let testing = try await LoginsTesting()
        let (grant, ada) = (try await testing.login("anna"), try await testing.caller(named: "ada"))
        var change = LoginService.UserChange()
        change.password = Self.password
        _ = try await testing.logins.change("anna", change, by: ada)
        #expect(testing.ended.ids == [grant.session.id])
        _ = try await testing.login("anna", Self.password)
    }
}
