import Basics

extension LoginService {
    /// Whether a client that was let in may go on, and what it may see now.
    func standing(of caller: Caller, at now: Timestamp) -> HubListener.Standing {
        guard now < caller.expiry else { return .ended(code: CallsFailure.tokenExpired.rawValue) }
        let account = live.withLock { $0.account(in: caller.session, at: now) }
        guard let account else { return .ended(code: CallsFailure.tokenRevoked.rawValue) }
        return .viewer(EventViewer(account))
    }
}
