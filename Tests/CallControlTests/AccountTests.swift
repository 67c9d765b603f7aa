import Basics
import CallControl
import Testing

struct AccountTests {
    @Test func `an agent may do what the permissions say with calls of the own extension only`() {
        let agent = Account("anna", .agent, extension: "1001", permissions: [.holdCalls])
        #expect(agent.may(.holdCalls, callOf: "1001"))
        #expect(!agent.may(.transferCalls, callOf: "1001") && !agent.may(.holdCalls, callOf: "1002"))
        #expect(agent.maySetState(of: "1001") && !agent.maySetState(of: "1002"))
        #expect(!agent.mayManageQueues(of: "1001"))
    }

    @Test func `a manager controls the team and, as an agent, the own extension`() {
        let manager = Account("max", .manager, extension: "2000", permissions: [.all], team: ["1001", "1002"])
        for permission in CallPermission.allCases { #expect(manager.may(permission, callOf: "1002")) }
        #expect(manager.may(.makeCalls, callOf: "2000") && !manager.may(.makeCalls, callOf: "1003"))
        #expect(manager.mayManageQueues(of: "1001") && !manager.mayManageQueues(of: "2000"))
        #expect(manager.maySetState(of: "2000"))
    }

    @Test func `a user without an extension owns no call that has none either`() {
        let agent = Account("anna", .agent, permissions: [.all])
        #expect(!agent.may(.holdCalls, callOf: "") && !agent.maySetState(of: ""))
    }

    @Test(arguments: [CallRole.admin, .superuser]) func `administrators may do all, unless they are disabled`(
        role: CallRole
    ) {
        var account = Account("root", role)
        #expect(account.may(.recordCalls, callOf: "1001") && account.mayManageQueues(of: "1001"))
        account.isDisabled = true
        #expect(!account.may(.recordCalls, callOf: "1001") && !account.mayManageQueues(of: "1001"))
        #expect(!account.maySetState(of: "1001"))
    }

    @Test func `an administrator manages users up to managers, a superuser all`() {
        #expect(CallRole.allCases.filter(CallRole.admin.mayManage) == [.agent, .manager])
        #expect(CallRole.allCases.filter(CallRole.superuser.mayManage) == CallRole.allCases)
        #expect(CallRole.allCases.filter(CallRole.manager.mayManage).isEmpty)
        #expect(CallRole.allCases.sorted() == [.agent, .manager, .admin, .superuser])
    }

    @Test(arguments: ["", "a b", "a/b", "ä", "a\u{0}", String(repeating: "a", count: 65), "a@b", "a\n"])
    func `a name with other characters is no name of a user`(name: String) {
        #expect(!Account.isUsername(name))
        #expect(Account.isUsername("Anna.B_1-x") && Account.isUsername(String(repeating: "a", count: 64)))
    }
}
