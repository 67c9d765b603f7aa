import Basics
import SQLite

/// The table `users`: accounts, and the hashes of their passwords.
struct AccountRows {
    let database: SQLiteDatabase

    static let schema = """
        CREATE TABLE IF NOT EXISTS users(
            username TEXT PRIMARY KEY, password TEXT NOT NULL, role TEXT NOT NULL, extension TEXT NOT NULL,
            name TEXT NOT NULL, permissions TEXT NOT NULL, team TEXT NOT NULL, disabled INTEGER NOT NULL,
            version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) WITHOUT ROWID;
        """

    private static let query = """
        SELECT username, role, extension, name, permissions, team, disabled, version, password FROM users
        """

    /// All of them, in order of their names.
    func all() throws(SQLiteError) -> [Account] {
        try database.rows("\(Self.query) ORDER BY username") { row throws(SQLiteError) in Account(row) }
            .compactMap { $0 }
    }

    /// An account with the hash of its password; `nil` when there is none of this name.
    func account(_ username: String) throws(SQLiteError) -> (account: Account, password: String)? {
        try database.rows("\(Self.query) WHERE username = ?", username) { row throws(SQLiteError) in
            Account(row).map { ($0, row.text(8)) }
        }.compactMap { $0 }.first
    }

    /// False when the name is taken.
    func insert(_ account: Account, password: String, at now: Timestamp) throws(SQLiteError) -> Bool {
        try database.run(
            "INSERT OR IGNORE INTO users VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            account.username,
            password,
            account.role.rawValue,
            account.extension,
            account.name,
            account.permissions.map(\.rawValue).sorted().joined(separator: " "),
            account.team.sorted().joined(separator: " "),
            account.isDisabled ? 1 : 0,
            account.version,
            now,
            now
        ) == 1
    }

    /// Changes all but the password; false when the account is gone or has another version than the one before this.
    func update(_ account: Account, at now: Timestamp) throws(SQLiteError) -> Bool {
        try database.run(
            """
            UPDATE users SET role = ?, extension = ?, name = ?, permissions = ?, team = ?, disabled = ?, version = ?, \
            updated_at = ? WHERE username = ? AND version = ?
            """,
            account.role.rawValue,
            account.extension,
            account.name,
            account.permissions.map(\.rawValue).sorted().joined(separator: " "),
            account.team.sorted().joined(separator: " "),
            account.isDisabled ? 1 : 0,
            account.version,
            now,
            account.username,
            account.version - 1
        ) == 1
    }

    func setPassword(_ password: String, of username: String, at now: Timestamp) throws(SQLiteError) {
        try database.run("UPDATE users SET password = ?, updated_at = ? WHERE username = ?", password, now, username)
    }

    /// How many accounts can log in with a role.
    func count(of role: CallRole) throws(SQLiteError) -> Int {
        try database.rows("SELECT count(*) FROM users WHERE role = ? AND disabled = 0", role.rawValue) {
            row throws(SQLiteError) in row.integer(0)
        }.first ?? 0
    }
}

extension Account {
    /// `nil` for a row with an unknown role, which a later version may have written.
    fileprivate init?(_ row: SQLiteStatement) {
        guard let role = CallRole(rawValue: row.text(1)) else { return nil }
        self.init(
            row.text(0),
            role,
            extension: row.text(2),
            name: row.text(3),
            permissions: Set(row.text(4).split(separator: " ").compactMap { CallPermission(rawValue: String($0)) }),
            team: Set(row.text(5).split(separator: " ").map { String($0) })
        )
        isDisabled = row.integer(6) != 0
        version = row.integer(7)
    }
}
