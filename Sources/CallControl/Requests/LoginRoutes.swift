import Basics
package import HTTP

/// The routes of logins and users below `/api/ami/users`.
package struct LoginRoutes: Sendable {
    let logins: LoginService
    let rules: UserFields
    private let hasDevice: @Sendable (String) -> Bool
    /// What stands before changes of users, and learns of logins.
    var gate: CommandGate?

    /// - Parameter hasDevice: whether the PBX has a device of an extension; a new user needs one, when the user has an
    ///   extension at all.
    package init(
        _ logins: LoginService,
        extensions: ExtensionPattern,
        hasDevice: @escaping @Sendable (String) -> Bool
    ) {
        self.logins = logins
        rules = UserFields(extensions: extensions)
        self.hasDevice = hasDevice
    }

    private static let path = "/api/ami/users"

    package var routes: [Route] {
        [
            Route(.post, Self.path + "/login", access: .open) { try await login($0) },
            Route(.post, Self.path + "/refresh", access: .open) { try await refresh($0) },
            Route(.delete, Self.path + "/logout", access: .authenticated) { try await logout($0) },
            Route(.post, Self.path + "/password", access: .authenticated) { try await changePassword($0) },
            Route(.post, Self.path + "/register", access: .authenticated) {
                try await audited($0, "user-add", register)
            },
            Route(.patch, Self.path + "/{username}", access: .authenticated) { request in
                try await audited(request, "user-change") { request throws(RequestFailure) in try await change(request)
                }
            },
            Route(.delete, Self.path + "/{username}", access: .authenticated) { request in
                try await audited(request, "user-disable", disable)
            },
        ]
    }

    /// Does what changes a user, with an entry in the audit.
    private func audited(
        _ request: RoutedRequest,
        _ action: String,
        _ body: @escaping @Sendable (RoutedRequest) async throws(RequestFailure) -> ServerResponse
    ) async throws(RequestFailure) -> ServerResponse {
        guard let gate else { return try await body(request) }
        var subject = CommandGate.Subject(action, request["username"])
        subject.showsBody = false
        return try await gate.perform(request, subject) { _ throws(RequestFailure) in try await body(request) }
    }

    private func login(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        var fields = try RequestFields(request)
        let (username, password) = (try fields.required("username"), try fields.required("password"))
        try fields.finish()
        let result: Result<LoginGrant, LoginError>
        do throws(LoginError) {
            result = .success(
                try await logins.login(
                    username: username,
                    password: Secret(password),
                    address: request.client.address
                )
            )
        } catch {
            result = .failure(error)
        }
        await gate?.noteLogin(request, username, result)
        let grant = try await Self.answered { () async throws(LoginError) in try result.get() }
        return CallsAnswers.success { $0.grant(grant) }
    }

    private func refresh(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        var fields = try RequestFields(request)
        let token = Secret(try fields.required("refreshToken"))
        try fields.finish()
        let grant = try await Self.answered { () async throws(LoginError) in try await logins.refresh(token) }
        return CallsAnswers.success { $0.grant(grant) }
    }

    private func logout(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        let caller = try request.caller
        try RequestFields(request).finish()
        try await Self.answered { () async throws(LoginError) in try await logins.logout(session: caller.session) }
        return CallsAnswers.success()
    }

    private func changePassword(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        let caller = try request.caller
        var fields = try RequestFields(request)
        let (old, new) = (Secret(try fields.required("old")), Secret(try fields.required("new")))
        try fields.finish()
        try await Self.answered { () async throws(LoginError) in
            try await logins.changePassword(of: caller, from: old, to: new, address: request.client.address)
        }
        return CallsAnswers.success()
    }

    private func register(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        let caller = try Self.manager(request)
        var fields = try RequestFields(request)
        let account = try newAccount(&fields)
        let password = Secret(try fields.required("password"))
        try fields.finish()
        if !account.extension.isEmpty, !hasDevice(account.extension) {
            throw CallsFailure.targetInvalid.because("Extension \(account.extension) has no device")
        }
        try await Self.answered { () async throws(LoginError) in
            try await logins.register(account, password: password, by: caller)
        }
        return CallsAnswers.success(status: 201) { $0.user(account) }
    }

    private func change(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        try await change(request, by: try Self.manager(request))
    }

    func change(_ request: RoutedRequest, by caller: Caller) async throws(RequestFailure) -> ServerResponse {
        var fields = try RequestFields(request)
        var change = try self.change(&fields)
        change.password = try fields.string("password").map { Secret($0) }
        change.role = try checkedIfGiven(try fields.string("role"), rules.role)
        change.isDisabled = try fields.boolean("disabled")
        change.version = try fields.integer("version")
        try fields.finish()
        let account = try await Self.answered { [change] () async throws(LoginError) in
            try await logins.change(request["username"], change, by: caller)
        }
        return CallsAnswers.success { $0.user(account) }
    }

    private func disable(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        let caller = try Self.manager(request)
        try RequestFields(request).finish()
        let account = try await Self.answered { () async throws(LoginError) in
            try await logins.disable(request["username"], by: caller)
        }
        return CallsAnswers.success { $0.user(account) }
    }

    /// A new user without the password.
    func newAccount(_ fields: inout RequestFields) throws(RequestFailure) -> Account {
        let username = try checked(try fields.required("username"), rules.username)
        let role = try checked(try fields.required("role"), rules.role)
        return try change(&fields).applied(to: Account(username, role))
    }

    /// What may be given of a new user and of one that is there.
    private func change(_ fields: inout RequestFields) throws(RequestFailure) -> LoginService.UserChange {
        var change = LoginService.UserChange()
        change.extension = try checkedIfGiven(try fields.string("extension"), rules.extension)
        change.name = try checkedIfGiven(try fields.string("name"), rules.name)
        change.permissions = try checkedIfGiven(try fields.strings("permissions"), rules.permissions)
        change.team = try checkedIfGiven(try fields.strings("teams"), rules.team)
        return change
    }

    private func checkedIfGiven<Given, Value>(
        _ given: Given?,
        _ rule: (Given) throws(UserFields.Violation) -> Value
    ) throws(RequestFailure) -> Value? {
        guard let given else { return nil }
        return try checked(given, rule)
    }

    private func checked<Given, Value>(
        _ given: Given,
        _ rule: (Given) throws(UserFields.Violation) -> Value
    ) throws(RequestFailure) -> Value {
        do throws(UserFields.Violation) { return try rule(given) } catch {
            throw RequestFields.failure(error.description)
        }
    }

    /// The caller, who may manage some users at least.
    private static func manager(_ request: RoutedRequest) throws(RequestFailure) -> Caller {
        let caller = try request.caller
        guard caller.account.role.mayManage(.agent) else { throw CallsFailure.forbidden(caller.account.role) }
        return caller
    }

    static func answered<Result>(
        _ body: () async throws(LoginError) -> Result
    ) async throws(RequestFailure) -> Result {
        do throws(LoginError) { return try await body() } catch { throw error.failure }
    }
}
