package import Basics
package import HTTP

/// Logins: who may use the service, from the password to the end of the session.
///
/// Sessions and accounts are in the store and in memory: `caller(of:at:)` answers from memory, at once, and everything
/// else changes the store first. Whatever ends a session tells those who asked by `whenSessionEnds`.
package final class LoginService: Sendable {
    package struct Configuration: Sendable {
        /// The keys of access tokens: the first one signs, all verify.
        package var keys: [JSONWebToken.Key]
        package var accessLife = Duration.seconds(900)
        /// From the login.
        package var refreshLife = Duration.seconds(43_200)
        package var passwords = PasswordWork.Functions()
        package var clock: @Sendable () -> Timestamp = { .now() }
        /// The clock of the limits of failed logins.
        package var steadyClock: @Sendable () -> ContinuousClock.Instant = { .now }

        /// Called after each attempt to log in, with the name (empty for what cannot be one), the address and why it
        /// failed; must not block.
        package var didLogin: @Sendable (String, IPAddress?, LoginError?) -> Void = { _, _, _ in }

        package init(keys: [JSONWebToken.Key]) { self.keys = keys }
    }

    let keeper: CallsKeeper
    let configuration: Configuration
    let passwords: PasswordWork
    let live: Lock<LiveSessions>
    /// Changes of users and sessions.
    let userChanges: Counter
    private let rates = Lock(LoginRates())
    private let observers = Lock<[@Sendable (LoginSession) -> Void]>([])
    let changes = Lock<[@Sendable (SessionChange, SessionState) -> Void]>([])
    let log: Logger

    /// Reads accounts and sessions into memory.
    ///
    /// - Throws: `CallsStoreError`.
    package init(_ keeper: CallsKeeper, _ configuration: Configuration, log: Logger) async throws {
        self.keeper = keeper
        self.configuration = configuration
        self.log = log
        passwords = PasswordWork(configuration.passwords)
        let now = configuration.clock()
        let sessions = try await keeper.use { store in
            LiveSessions(
                try store.allAccounts(),
                try store.currentSessions(at: now),
                marks: try store.sessionMarks()
            )
        }
        userChanges = sessions.changes
        live = Lock(sessions)
    }

    /// The sessions that go on.
    package var sessionCount: Int { live.withLock { $0.count } }

    /// All users, in the order of their names.
    package var accounts: [Account] { live.withLock { $0.allAccounts } }

    /// Has `body` called for each session that ends, once it takes no token any more; `body` must not block.
    package func whenSessionEnds(_ body: @escaping @Sendable (LoginSession) -> Void) {
        observers.withLock { $0.append(body) }
    }

    /// Who has a token; from memory, so it does not block.
    package func caller(of token: String, at now: Timestamp) -> Result<Caller, CallerError> {
        do throws(JSONWebTokenError) {
            let token = try AccessToken(token, keys: configuration.keys, now: now)
            return live.withLock { $0.caller(of: token, at: now) }
        } catch {
            return .failure(error == .expired ? .expired : .invalid)
        }
    }

    /// Begins a session; a user who has too many of them loses the oldest.
    ///
    /// - Parameter address: where the client is; failed logins are counted by it.
    package func login(
        username: String,
        password: Secret,
        address: IPAddress?
    ) async throws(LoginError) -> LoginGrant {
        // Any other text is nobody's name, and must not fill the memory of the limits.
        let name = Account.isUsername(username) ? username : ""
        do throws(LoginError) {
            let grant = try await begin(name, password, address)
            configuration.didLogin(name, address, nil)
            return grant
        } catch {
            configuration.didLogin(name, address, error)
            throw error
        }
    }

    private func begin(
        _ name: String,
        _ password: Secret,
        _ address: IPAddress?
    ) async throws(LoginError) -> LoginGrant {
        try checkRate(name, address)
        let stored = try await use { store in try store.account(name) }
        let isOpen = stored.map { !$0.account.isDisabled } ?? false
        let hash = stored?.password ?? .decoy
        let (isRight, replacement) = try await check(password, hash, name, address) { functions in
            isOpen && hash.isOutdated ? functions.make(password) : nil
        }
        guard isRight, isOpen, stored?.password != nil else {
            countFailure(name, address)
            throw .badCredentials
        }
        let now = configuration.clock()
        let (begun, account, text, ended) = try await use { [self] store in
            // The user may have been disabled while the hash was computed.
            guard let current = try store.account(name), current.password == hash, !current.account.isDisabled else {
                throw LoginError.badCredentials
            }
            if let replacement { _ = try store.setPassword(replacement, of: name, keeping: nil, at: now) }
            var generator = SystemRandomNumberGenerator()
            let session = LoginSession(of: name, at: now, life: configuration.refreshLife, using: &generator)
            let (token, text) = RefreshToken.make(for: session.id, using: &generator)
            let surplus = live.withLock { $0.surplus(of: name) }
            for id in surplus { _ = try store.end(id, .revoked) }
            try store.begin(session, token)
            let account = current.account
            let (begun, ended) = live.withLock { live in
                live.put(account)
                let ended = live.end(surplus)
                return (live.begin(session), ended)
            }
            return (begun, account, text, ended)
        }
        tell(ended)
        tell(.created, [begun])
        return try grant(begun.session, account, refreshToken: text, at: now)
    }

    /// Exchanges a refresh token for another pair of tokens.
    package func refresh(_ token: Secret) async throws(LoginError) -> LoginGrant {
        let now = configuration.clock()
        let digest = RefreshToken.digest(of: token.revealed)
        let (result, text, ended) = try await use { [self] store in
            var text = ""
            let result = try store.refresh(digest, at: now) { session in
                var generator = SystemRandomNumberGenerator()
                let (token, made) = RefreshToken.make(for: session, using: &generator)
                text = made
                return token
            }
            let ended = live.withLock { live -> [SessionState] in
                switch result {
                case .renewed(let renewal): live.put(renewal.account)
                case .refused: break
                case .ended(let session): return live.end([session])
                }
                return []
            }
            return (result, text, ended)
        }
        tell(ended)
        switch result {
        case .renewed(let renewal):
            return try grant(renewal.session, renewal.account, refreshToken: text, at: now)
        case .refused: throw .refused
        case .ended(let session):
            log.warning("refresh token used twice, session ended", [.init(own: "session", session)])
            throw .reused
        }
    }

    /// Ends a session; one that has ended already stays so.
    package func logout(session: String) async throws(LoginError) { try await end(session, .logout) }

    /// Ends a session for a reason.
    package func end(_ session: String, _ ending: LoginSession.Ending) async throws(LoginError) {
        let ended = try await use { [self] store in
            _ = try store.end(session, ending)
            return live.withLock { $0.end([session]) }
        }
        tell(ended)
    }

    private func grant(
        _ session: LoginSession,
        _ account: Account,
        refreshToken: String,
        at now: Timestamp
    ) throws(LoginError) -> LoginGrant {
        // Meanwhile another request may have ended it.
        guard let place = live.withLock({ $0.session(session.id)?.place }) else { throw .refused }
        let left = Duration.microseconds(session.end.microseconds - now.microseconds)
        let token = AccessToken(of: session, at: now, life: min(configuration.accessLife, left))
        var generator = SystemRandomNumberGenerator()
        let id = LoginSession.text(of: 16, using: &generator)
        guard let key = configuration.keys.first, let text = token.signed(with: key, for: account, id: id, at: now)
        else { throw .failed }
        return LoginGrant(
            account: account,
            session: session,
            place: place,
            accessToken: text,
            expiry: token.expiry,
            refreshToken: refreshToken
        )
    }
}

extension LoginService {
    /// Uses the store.
    func use<Result: Sendable>(
        _ body: @Sendable (CallsStore) throws -> Result
    ) async throws(LoginError) -> Result {
        do { return try await keeper.use(body) } catch { throw LoginError(error) }
    }

    /// Tells those who asked that sessions have ended.
    func tell(_ ended: [SessionState]) {
        guard !ended.isEmpty else { return }
        let observers = observers.withLock { $0 }
        for state in ended { for observer in observers { observer(state.session) } }
        tell(.ended, ended)
    }

    func checkRate(_ name: String, _ address: IPAddress?) throws(LoginError) {
        let now = configuration.steadyClock()
        if let wait = rates.withLock({ $0.wait(name: name, address: address, at: now) }) { throw .limited(wait) }
    }

    func countFailure(_ name: String, _ address: IPAddress?) {
        let now = configuration.steadyClock()
        rates.withLock { $0.fail(name: name, address: address, at: now) }
        let client = Logger.Field(own: "address", address?.description ?? "unknown")
        log.warning("wrong name or password", [.init(own: "user", name), client], collapsing: false)
    }

    /// Compares a password with a hash, and computes what `next` does when it is right.
    ///
    /// - Throws: `LoginError.limited` when logins that were at work at the same time have reached the limit.
    func check<Result: Sendable>(
        _ password: Secret,
        _ hash: PasswordHash,
        _ name: String,
        _ address: IPAddress?,
        next: @escaping @Sendable (PasswordWork.Functions) -> Result?
    ) async throws(LoginError) -> (isRight: Bool, next: Result?) {
        let checked = try await passwords.perform { [self] functions -> (Bool, Result?)? in
            do throws(LoginError) { try checkRate(name, address) } catch { return nil }
            guard functions.matches(hash, password) else { return (false, nil) }
            return (true, next(functions))
        }
        guard let checked else {
            try checkRate(name, address)
            throw .busy
        }
        return checked
    }
}
