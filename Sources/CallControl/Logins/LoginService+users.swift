package import Basics

extension LoginService {
    /// Replaces the caller's own password; all other sessions of the user end.
    package func changePassword(
        of caller: Caller,
        from old: Secret,
        to new: Secret,
        address: IPAddress?
    ) async throws(LoginError) {
        if let problem = PasswordRules.problem(new) { throw .invalid("new: \(problem)") }
        let name = caller.account.username
        try checkRate(name, address)
        let stored = try await use { store in try store.account(name) }
        let hash = stored?.password ?? .decoy
        let (isRight, made) = try await check(old, hash, name, address) { $0.make(new) }
        guard isRight, stored?.password != nil else {
            countFailure(name, address)
            throw .badCredentials
        }
        guard let made else { throw .failed }
        let now = configuration.clock()
        let ended = try await use { [self] store in
            guard let current = try store.account(name), current.password == hash, !current.account.isDisabled else {
                throw LoginError.badCredentials
            }
            let ids = try store.setPassword(made, of: name, keeping: caller.session, at: now)
            return live.withLock { $0.end(ids) }
        }
        tell(ended)
    }

    /// Adds a user.
    package func register(_ account: Account, password: Secret, by caller: Caller) async throws(LoginError) {
        guard caller.account.role.mayManage(account.role) else { throw .forbidden(caller.account.role) }
        if let problem = PasswordRules.problem(password) { throw .invalid("password: \(problem)") }
        // Before the hash, which costs more than anything else here.
        guard live.withLock({ $0.account(account.username) }) == nil else { throw .taken(account.username) }
        try await register(account, hash: try await made(password), by: caller)
    }

    /// Adds a user whose password is known as a hash only.
    package func register(_ account: Account, hash: PasswordHash, by caller: Caller) async throws(LoginError) {
        guard caller.account.role.mayManage(account.role) else { throw .forbidden(caller.account.role) }
        let now = configuration.clock()
        try await use { [self] store in
            try store.register(account, hash, at: now)
            live.withLock { $0.put(account) }
        }
    }

    /// What is changed of a user; `nil` stays as it is.
    package struct UserChange: Sendable, Equatable {
        package var password: Secret?
        package var role: CallRole?
        package var `extension`: String?
        package var name: String?
        package var permissions: Set<CallPermission>?
        package var team: Set<String>?
        package var isDisabled: Bool?
        /// The version that the user must have; `nil` for any.
        package var version: Int?

        package init() {}

        func applied(to account: Account) -> Account {
            var account = account
            if let role { account.role = role }
            if let `extension` { account.extension = `extension` }
            if let name { account.name = name }
            if let permissions { account.permissions = permissions }
            if let team { account.team = team }
            if let isDisabled { account.isDisabled = isDisabled }
            return account
        }
    }

    /// Changes a user; the sessions of one that is disabled, or gets another password, end.
    ///
    /// - Returns: the user as it is then.
    package func change(
        _ username: String,
        _ change: UserChange,
        by caller: Caller
    ) async throws(LoginError) -> Account {
        guard caller.account.role.mayManage(.agent) else { throw .forbidden(caller.account.role) }
        guard let known = live.withLock({ $0.account(username) }) else { throw .unknown(username) }
        try Self.checkRights(caller, known, change.applied(to: known))
        var hash: PasswordHash?
        if let password = change.password {
            if let problem = PasswordRules.problem(password) { throw .invalid("password: \(problem)") }
            hash = try await made(password)
        }
        let now = configuration.clock()
        let (account, ended) = try await use { [self, hash] store in
            guard let before = try store.account(username)?.account else { throw LoginError.unknown(username) }
            if let version = change.version, version != before.version { throw LoginError.changed(username) }
            try Self.checkRights(caller, before, change.applied(to: before))
            let (account, disabled) = try store.change(change.applied(to: before), at: now)
            // No session has an empty id, so all of them end.
            let others = try hash.map { try store.setPassword($0, of: username, keeping: "", at: now) } ?? []
            return live.withLock { live in
                live.put(account)
                return (account, live.end(disabled + others))
            }
        }
        tell(ended)
        return account
    }

    /// Has a user log in no more; all sessions end.
    package func disable(_ username: String, by caller: Caller) async throws(LoginError) -> Account {
        var change = UserChange()
        change.isDisabled = true
        return try await self.change(username, change, by: caller)
    }

    private static func checkRights(_ caller: Caller, _ before: Account, _ after: Account) throws(LoginError) {
        let role = caller.account.role
        guard role.mayManage(before.role), role.mayManage(after.role) else { throw .forbidden(role) }
    }

    private func made(_ password: Secret) async throws(LoginError) -> PasswordHash {
        guard let hash = try await passwords.perform({ $0.make(password) }) else { throw .failed }
        return hash
    }
}
