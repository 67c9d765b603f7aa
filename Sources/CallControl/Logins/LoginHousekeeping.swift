import Basics

/// Ends sessions whose time is over, deletes old ones from the store, and stores how far clients have come.
package struct LoginHousekeeping: Service {
    package let name = "login-housekeeping"
    private let logins: LoginService

    package init(_ logins: LoginService) { self.logins = logins }

    /// How long sessions are in the store after their end.
    static let kept = Duration.seconds(86_400)
    /// The sessions deleted in one turn of the store's thread.
    static let step = 1000

    /// Works once a second until cancelled; deletes once a minute.
    package func run() async throws {
        var turn = 0
        while true {
            logins.endOldSessions()
            if turn % 60 == 0 { await logins.deleteOldSessions() }
            turn += 1
            await logins.storeMarks()
            do { try await Task.sleep(for: .seconds(1)) } catch {
                await logins.storeMarks()
                throw error
            }
        }
    }
}

extension LoginService {
    /// Ends the sessions whose time is over, also for those who wait for it.
    func endOldSessions() {
        let now = configuration.clock()
        tell(live.withLock { $0.endOld(at: now) })
    }

    /// Deletes sessions that are long over; the keeper logs what goes wrong, and the next minute tries again.
    func deleteOldSessions() async {
        let limit = configuration.clock().adding(.zero - LoginHousekeeping.kept)
        while !Task.isCancelled {
            let count = try? await keeper.use { store in
                try store.deleteSessions(before: limit, limit: LoginHousekeeping.step)
            }
            guard count == LoginHousekeeping.step else { return }
        }
    }
}
