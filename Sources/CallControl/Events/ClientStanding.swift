import Basics

/// Whether a client that was let in may go on, and what it may see now.
///
/// It is asked for each event, so it remembers the answer until a user or a session changes.
final class ClientStanding: Sendable {
    private struct State {
        var caller: Caller
        /// What the caller may see; `nil` once the session has ended.
        var viewer: EventViewer?
        /// How many changes there were before.
        var changes: Int
    }

    private let logins: LoginService
    private let state: Lock<State>

    init(_ caller: Caller, _ logins: LoginService) {
        self.logins = logins
        state = Lock(State(caller: caller, viewer: EventViewer(caller.account), changes: -1))
    }

    var caller: Caller { state.withLock { $0.caller } }

    /// Goes on with another token of the same session.
    func renew(_ caller: Caller) {
        state.withLock { state in
            state.caller = caller
            state.changes = -1
        }
    }

    var current: HubListener.Standing {
        let (now, changes) = (logins.configuration.clock(), logins.changeCount)
        return state.withLock { state in
            guard now < state.caller.expiry else { return .ended(code: CallsFailure.tokenExpired.rawValue) }
            if state.changes != changes {
                state.viewer = logins.account(in: state.caller.session, at: now).map { EventViewer($0) }
                state.changes = changes
            }
            return state.viewer.map { .viewer($0) } ?? .ended(code: CallsFailure.tokenRevoked.rawValue)
        }
    }
}
