package import Basics
import SQLite

/// Why an account is not created or changed.
package enum AccountError: Error, Equatable {
    case taken(String)
    case unknown(String)
    /// Another change came first; read the account again.
    case changed(String)
    /// Without this account nobody could manage administrators.
    case lastSuperuser(String)
    case store(CallsStoreError)
}

extension CallsStore {
    package func allAccounts() throws(CallsStoreError) -> [Account] {
        try transaction { () throws(SQLiteError) in try accounts.all() }
    }

    /// An account with the hash of its password, also when it is disabled; `nil` when there is none of this name.
    package func account(_ username: String) throws(CallsStoreError) -> (account: Account, password: PasswordHash?)? {
        try transaction { () throws(SQLiteError) in try accounts.account(username) }
            .map { ($0.account, PasswordHash($0.password)) }
    }

    package func register(_ account: Account, _ password: PasswordHash, at now: Timestamp) throws(AccountError) {
        let isNew = try changing { () throws(SQLiteError) in
            try accounts.insert(account, password: password.text, at: now)
        }
        if !isNew { throw .taken(account.username) }
    }

    /// Stores an account that was read before and then changed; a disabled one loses its sessions.
    ///
    /// - Returns: the account with its new version, and the ids of the sessions that ended.
    package func change(_ account: Account, at now: Timestamp) throws(AccountError) -> (Account, ended: [String]) {
        var account = account
        account.version += 1
        let changed = account
        let result = try changing { () throws(SQLiteError) -> Result<[String], AccountError> in
            guard let stored = try accounts.account(changed.username)?.account else {
                return .failure(.unknown(changed.username))
            }
            guard stored.version == changed.version - 1 else { return .failure(.changed(changed.username)) }
            let wasSuperuser = stored.role == .superuser && !stored.isDisabled
            let isSuperuser = changed.role == .superuser && !changed.isDisabled
            if wasSuperuser, !isSuperuser, try accounts.count(of: .superuser) < 2 {
                return .failure(.lastSuperuser(changed.username))
            }
            _ = try accounts.update(changed, at: now)
            return .success(changed.isDisabled ? try endSessions(of: changed.username, at: now) : [])
        }
        return (account, try result.get())
    }

    /// Replaces a password.
    ///
    /// - Parameter session: the session that goes on; all others of the user end. `nil` when none has to end, since the
    ///   password is still the same.
    /// - Returns: the ids of the sessions that ended.
    package func setPassword(
        _ password: PasswordHash,
        of username: String,
        keeping session: String?,
        at now: Timestamp
    ) throws(AccountError) -> [String] {
        try changing { () throws(SQLiteError) in
            try accounts.setPassword(password.text, of: username, at: now)
            guard let session else { return [] }
            return try endSessions(of: username, except: session, at: now)
        }
    }

    private func endSessions(
        of username: String,
        except kept: String? = nil,
        at now: Timestamp
    ) throws(SQLiteError) -> [String] {
        let ids = try sessions.current(of: username, at: now).filter { $0 != kept }
        for id in ids { try sessions.end(id, .revoked) }
        return ids
    }

    private func changing<Result>(_ body: () throws(SQLiteError) -> Result) throws(AccountError) -> Result {
        do throws(CallsStoreError) { return try transaction(body) } catch { throw .store(error) }
    }
}
