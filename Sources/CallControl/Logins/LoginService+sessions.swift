import Basics

/// Sessions as clients see them: what they keep there, and how far they have come.
extension LoginService {
    /// Has `body` called for each session that begins, gets other data, or ends; `body` must not block.
    func whenSessionChanges(_ body: @escaping @Sendable (SessionChange, SessionState) -> Void) {
        changes.withLock { $0.append(body) }
    }

    func tell(_ change: SessionChange, _ states: [SessionState]) {
        let observers = changes.withLock { $0 }
        for state in states { for observer in observers { observer(change, state) } }
    }

    /// How many changes of users and sessions there were; a memory of what these were is good until it rises.
    var changeCount: Int { userChanges.value }

    /// The account of a session that goes on, as it is now; `nil` when it has ended, or the user is disabled.
    func account(in session: String, at now: Timestamp) -> Account? {
        live.withLock { $0.account(in: session, at: now) }
    }

    /// The last event that a client of a session has worked on; `nil` for none.
    func acknowledged(in session: String) -> Int? { live.withLock { $0.acknowledged(in: session) } }

    /// Keeps the last event that a client of a session has worked on, for the next one; the store learns it within
    /// seconds.
    func acknowledge(_ event: Int, in session: String) { live.withLock { $0.acknowledge(event, in: session) } }

    /// The sessions that go on.
    var sessions: [SessionState] { live.withLock { $0.all } }

    /// The session in a place, if it is one of the caller's own, or the caller may see those of others.
    func session(at place: String, for caller: Caller) -> SessionState? {
        guard let state = live.withLock({ $0.state(at: place) }) else { return nil }
        let isOwn = state.session.username == caller.account.username
        return isOwn || caller.account.role >= .admin ? state : nil
    }

    /// The data that clients have stored in a session, as JSON.
    func data(of session: String) async throws(LoginError) -> String {
        try await use { store in try store.data(of: session) } ?? "{}"
    }

    /// Replaces the data of a session.
    ///
    /// - Parameter version: the version that it must have; `nil` for any.
    /// - Returns: the session as it is then; `nil` when it has another version, or has ended.
    func replaceData(of session: String, _ data: String, version: Int?) async throws(LoginError) -> SessionState? {
        let state = try await use { [self] store -> SessionState? in
            guard let version = try store.replaceData(of: session, data, version: version) else { return nil }
            return live.withLock { $0.setVersion(version, of: session) }
        }
        if let state { tell(.changed, [state]) }
        return state
    }

    /// Stores how far clients have come, where that has changed.
    func storeMarks() async {
        let marks = live.withLock { $0.takeMarks(LoginHousekeeping.step) }
        guard !marks.isEmpty else { return }
        // The keeper logs what goes wrong; then the next change stores it.
        _ = try? await keeper.use { store in try store.store(marks) }
    }
}
