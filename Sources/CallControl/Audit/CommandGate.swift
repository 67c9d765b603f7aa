import Basics
import HTTP

/// What stands before every request that changes something: rates, the audit, and the Idempotency-Key.
///
/// The entry of the audit, with the key, is on the disk before anything is done, and is completed after. What a client has
/// asked for is done to its end, also when the client goes away meanwhile.
final class CommandGate: Sendable {
    private let keeper: CallsKeeper
    private let buckets = Lock(TokenBuckets())
    private let limited: [TokenBuckets.Kind: Counter]
    private let clock: @Sendable () -> Timestamp
    private let log: Logger

    /// - Throws: `CallsStoreError`.
    init(
        _ keeper: CallsKeeper,
        limited: [TokenBuckets.Kind: Counter] = [:],
        clock: @escaping @Sendable () -> Timestamp = { .now() },
        log: Logger
    ) async throws {
        self.keeper = keeper
        self.limited = limited
        self.clock = clock
        self.log = log
        try await keeper.use { try $0.closeAudit() }
    }

    /// What a request is called in the audit.
    struct Subject: Sendable {
        let action: String
        var target = ""
        /// False where the body has passwords.
        var showsBody = true
        var kind = TokenBuckets.Kind.command
        /// Whether it is done without the database too: who cannot hang up is in trouble.
        var isUrgent = false

        init(_ action: String, _ target: String = "") {
            self.action = action
            self.target = String(target.prefix(100))
        }
    }

    /// Takes a token of the caller.
    ///
    /// - Throws: RATE_LIMITED, with the time to wait.
    func checkRate(_ kind: TokenBuckets.Kind, _ caller: Caller) throws(RequestFailure) {
        guard let wait = buckets.withLock({ $0.take(kind, of: caller.account.username, at: .now) }) else { return }
        limited[kind]?.add()
        let seconds = max(1, Int(wait.components.seconds) + (wait.components.attoseconds > 0 ? 1 : 0))
        throw CallsFailure.rateLimited.because("Too many requests", retryAfter: seconds)
    }

    /// Does what a request asks for, once.
    func perform(
        _ request: RoutedRequest,
        _ subject: Subject,
        _ body: @escaping @Sendable (Caller) async throws(RequestFailure) -> ServerResponse
    ) async throws(RequestFailure) -> ServerResponse {
        let caller = try request.caller
        let key = subject.showsBody ? try Self.key(request) : nil
        try checkRate(subject.kind, caller)
        if subject.kind == .originate { try checkRate(.command, caller) }
        return try await perform(entry(request, subject, caller), key, subject, caller, body)
    }

    /// Does what a client asks for over its socket.
    func perform(
        _ subject: Subject,
        by caller: Caller,
        parameters: String,
        _ body: @escaping @Sendable (Caller) async throws(RequestFailure) -> Void
    ) async throws(RequestFailure) {
        try checkRate(subject.kind, caller)
        let entry = AuditEntry(
            at: clock(),
            user: caller.account.username,
            role: caller.account.role.rawValue,
            address: "",
            action: subject.action,
            target: subject.target,
            parameters: parameters.utf8.prefix(AuditEntry.longestParameters).map { $0 }[...].text,
            requestID: ""
        )
        _ = try await perform(entry, nil, subject, caller) { caller throws(RequestFailure) in
            try await body(caller)
            return CallsAnswers.success()
        }
    }

    private func perform(
        _ entry: AuditEntry,
        _ key: (text: String, digest: [UInt8])?,
        _ subject: Subject,
        _ caller: Caller,
        _ body: @escaping @Sendable (Caller) async throws(RequestFailure) -> ServerResponse
    ) async throws(RequestFailure) -> ServerResponse {
        let start = try await begin(entry, key, subject)
        let began = ContinuousClock.now
        let work = Task { [self] () -> Result<ServerResponse, RequestFailure> in
            let result: Result<ServerResponse, RequestFailure>
            switch start {
            case .entry(let id):
                do throws(RequestFailure) { result = .success(try await body(caller)) } catch {
                    result = .failure(error)
                }
                await finish(id, result, after: .now - began)
            case .again(let answer): result = Self.result(answer)
            }
            return result
        }
        return try await work.value.get()
    }

    private enum Start: Sendable {
        /// The id of the entry; `nil` without one.
        case entry(Int?)
        case again(KeptAnswer)
    }

    private func begin(
        _ entry: AuditEntry,
        _ key: (text: String, digest: [UInt8])?,
        _ subject: Subject
    ) async throws(RequestFailure) -> Start {
        let start: AuditStart
        do {
            start = try await keeper.use { try $0.begin(entry, key: key) }
        } catch {
            guard subject.isUrgent else {
                throw CallsFailure.databaseOff.because("The database cannot be used", retryAfter: 5)
            }
            log.warning("command without audit", [.init("action", subject.action), .init("user", entry.user)])
            return .entry(nil)
        }
        switch start {
        case .begun(let id): return .entry(id)
        case .again(let answer): return .again(answer)
        case .atWork:
            throw CallsFailure.busy.because("The first request with this Idempotency-Key is at work", retryAfter: 1)
        case .unanswered: throw CommandRun.timeout
        case .mismatch: throw CallsFailure.keyMismatch.because("The key was used for another request")
        }
    }

    private func finish(_ id: Int?, _ result: Result<ServerResponse, RequestFailure>, after time: Duration) async {
        guard let id else { return }
        let answer: KeptAnswer
        switch result {
        case .success(let response): answer = KeptAnswer(status: response.status, code: "", body: response.body)
        case .failure(let failure):
            let code = failure.kind.map { CallsFailure($0).rawValue } ?? failure.code
            answer = KeptAnswer(status: failure.status, code: code, body: Array(failure.description.utf8))
        }
        let milliseconds = Int(time / .milliseconds(1))
        // The keeper logs what goes wrong; the entry is closed as unknown at the next start.
        try? await keeper.use { try $0.finish(id, answer, milliseconds: milliseconds) }
    }

    private static func result(_ answer: KeptAnswer) -> Result<ServerResponse, RequestFailure> {
        guard answer.code.isEmpty else {
            return .failure(RequestFailure(status: answer.status, code: answer.code, answer.body[...].text))
        }
        return .success(CallsAnswers.stored(status: answer.status, answer.body))
    }

    private func entry(_ request: RoutedRequest, _ subject: Subject, _ caller: Caller) -> AuditEntry {
        let text = subject.showsBody ? request.body.prefix(AuditEntry.longestParameters).text : ""
        return AuditEntry(
            at: clock(),
            user: caller.account.username,
            role: caller.account.role.rawValue,
            address: request.client.address?.description ?? "",
            action: subject.action,
            target: subject.target,
            parameters: text,
            requestID: request.id.description
        )
    }

    /// The Idempotency-Key, and the digest of the request that it stands for.
    private static func key(_ request: RoutedRequest) throws(RequestFailure) -> (text: String, digest: [UInt8])? {
        guard let text = request.headers["Idempotency-Key"] else { return nil }
        guard 1...64 ~= text.utf8.count, text.utf8.allSatisfy({ 0x21...0x7e ~= $0 }) else {
            throw RequestFields.failure("Idempotency-Key: use 1 to 64 printable characters without blanks")
        }
        var bytes = Array("\(request.method)\n\(request.request.path)\n".utf8)
        for (name, value) in request.query.sorted(by: { $0.key < $1.key }) { bytes += Array("\(name)=\(value)\n".utf8) }
        return (text, Digest.sha256(bytes + request.body))
    }

    // MARK: Logins

    /// Stores who has logged in, or tried to.
    ///
    /// Logins that are refused because there were too many are not stored.
    func noteLogin(_ request: RoutedRequest, _ name: String, _ result: Result<LoginGrant, LoginError>) async {
        var entry = AuditEntry(
            at: clock(),
            // Any other text may be a password in the wrong field.
            user: Account.isUsername(name) ? name : "",
            role: "",
            address: request.client.address?.description ?? "",
            action: "login",
            target: "",
            parameters: "",
            result: .ok,
            requestID: request.id.description
        )
        switch result {
        case .success(let grant): entry.role = grant.account.role.rawValue
        case .failure(let error):
            let failure = error.failure
            guard failure.status != 429 else { return }
            entry.result = AuditEntry.Result(status: failure.status)
            entry.code = failure.code
        }
        let complete = entry
        try? await keeper.use { try $0.note(complete) }
    }

    // MARK: Reading

    func page(
        user: String?,
        action: String?,
        from: Timestamp?,
        before: Int
    ) async throws(RequestFailure) -> [AuditEntry] {
        do {
            return try await keeper.use { try $0.auditPage(user: user, action: action, from: from, before: before) }
        } catch {
            throw CallsFailure.databaseOff.because("The database cannot be used", retryAfter: 5)
        }
    }

    /// Deletes entries that are older than `days`, once an hour, until cancelled.
    func deleteOld(days: Int) async throws {
        while true {
            let now = clock()
            while true {
                let count = try? await keeper.use { store in
                    try store.deleteAudit(before: now.adding(.seconds(days) * -86_400), at: now, limit: 1000)
                }
                guard count == 1000 else { break }
            }
            try await Task.sleep(for: .seconds(3600))
        }
    }
}
