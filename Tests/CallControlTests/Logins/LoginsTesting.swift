import Basics
import HTTP
import SQLite
import TestSupport
import Testing

@testable import CallControl

/// Logins with a store in a folder of its own, a clock that stands still, and hashes that are counted, not computed.
final class LoginsTesting: Sendable {
    private struct Clock: Sendable {
        var seconds = 0
        let begin = ContinuousClock.now
    }

    /// How often hashes were compared and made.
    struct Work: Sendable, Equatable {
        var compared: [String] = []
        var made = 0
    }

    let directory: TemporaryDirectory
    let keeper: CallsKeeper
    let logins: LoginService
    let log = LogLines()
    private let clock: SharedClock
    let work: SharedWork
    /// The sessions whose end was told.
    let ended = Ended()

    static let start = Timestamp(seconds: 1_800_000_000)
    static let password = Secret("correct horse battery")
    static let key = JSONWebToken.Key(Secret("0123456789abcdef0123456789abcdef"))
    static let office = IPAddress("192.0.2.7")

    final class SharedClock: Sendable {
        private let state = Lock(Clock())

        func advance(_ seconds: Int) { state.withLock { $0.seconds += seconds } }

        var now: Timestamp { LoginsTesting.start.adding(seconds: state.withLock { $0.seconds }) }
        var instant: ContinuousClock.Instant { state.withLock { $0.begin + .seconds($0.seconds) } }
    }

    /// Counts the work, and holds it up where a test wants that.
    final class SharedWork: Sendable {
        private let state = Lock(Work())
        private let gate = Condition(true)

        var done: Work { state.withLock { Work(compared: $0.compared.unshared, made: $0.made) } }

        func compare(_ hash: PasswordHash) {
            gate.wait { $0 ? () : nil }
            state.withLock { $0.compared.append(String(hash.text.prefix(4))) }
        }

        func make() { state.withLock { $0.made += 1 } }

        func hold() { gate.change { $0 = false } }
        func release() { gate.change { $0 = true } }
    }

    final class Ended: Sendable {
        private let state = Lock<[String]>([])

        var ids: [String] { state.withLock { $0.unshared } }
        func add(_ id: String) { state.withLock { $0.append(id) } }
    }

    /// Real hashes of `password`: yescrypt for all but imported users, whose password is `U*U`.
    static let hash = PasswordHash(of: password)
    static let imported = PasswordHash("$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")

    static let users: [Account] = [
        Account("anna", .agent, extension: "1001", permissions: [.makeCalls, .holdCalls]),
        Account("bob", .agent, extension: "1001"),
        Account("mia", .manager, extension: "1100", team: ["1001"]),
        Account("ada", .admin), Account("root", .superuser),
    ]

    /// - Parameters:
    ///   - directory: of another one whose store is opened again.
    ///   - users: those that the store gets.
    init(
        in directory: TemporaryDirectory = TemporaryDirectory(),
        users: [Account] = users,
        change: (inout LoginService.Configuration) -> Void = { _ in }
    ) async throws {
        self.directory = directory
        let store = try CallsStore(path: directory.file("calls.db"))
        for user in users { try store.register(user, #require(Self.hash), at: Self.start) }
        let logger = Logger("calls", sink: log.sink)
        keeper = try CallsKeeper(store, log: logger)
        let (clock, work) = (SharedClock(), SharedWork())
        var configuration = LoginService.Configuration(keys: [try #require(Self.key)])
        configuration.clock = { clock.now }
        configuration.steadyClock = { clock.instant }
        configuration.passwords.matches = { hash, password in
            work.compare(hash)
            if hash == Self.hash { return password == Self.password }
            return hash.matches(password)
        }
        configuration.passwords.make = { password in
            work.make()
            return PasswordHash(of: password)
        }
        change(&configuration)
        (self.clock, self.work) = (clock, work)
        logins = try await LoginService(keeper, configuration, log: logger)
        logins.whenSessionEnds { [ended] session in ended.add(session.id) }
    }

    var now: Timestamp { clock.now }
    func advance(_ seconds: Int) { clock.advance(seconds) }

    func login(
        _ name: String,
        _ password: Secret = LoginsTesting.password,
        from address: IPAddress? = office
    ) async throws(LoginError) -> LoginGrant {
        try await logins.login(username: name, password: password, address: address)
    }

    /// Lets other tasks go on until something is so.
    static func wait(until condition: () -> Bool) async {
        while !condition() { await Task.yield() }
    }

    /// Who has a token now.
    func caller(_ token: String) -> Result<Caller, CallerError> { logins.caller(of: token, at: now) }

    func caller(named name: String) async throws -> Caller { try caller(try await login(name).accessToken).get() }

    /// From now on the store cannot be written.
    func failWrites() async throws {
        try await keeper.use { store in try store.database.execute("PRAGMA query_only=1") }
    }

    func repairWrites() async throws {
        try await keeper.use { store in try store.database.execute("PRAGMA query_only=0") }
    }
}
