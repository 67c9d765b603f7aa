import Basics
import Glibc
import TestSupport

/// A MariaDB or PostgreSQL of its own for a test, on a Unix socket in a temporary folder; it ends with the last
/// reference.
///
/// Tests need the programs of Debian's `mariadb-server` and `postgresql`, and the drivers `odbc-mariadb` and
/// `odbc-postgresql`: `scripts/setup --tests` installs them. As root it runs as the user that Debian makes for the
/// server, since neither server runs as root.
package final class SQLServer: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case postgresql
        case mariadb

        fileprivate var user: String { self == .postgresql ? "postgres" : "mysql" }
    }

    package let kind: Kind
    private let directory: TemporaryDirectory
    private let process: Lock<Subprocess>

    /// The user that tests log in as, and its password: characters that a connection string or URL gives a meaning.
    package static let user = "tester"
    package static let password = "s;e=c{r}e%t +1"
    package static let database = "numbers"

    /// Creates the files of a server, starts it, and creates the database and the user.
    package init(_ kind: Kind) async throws {
        self.kind = kind
        directory = TemporaryDirectory()
        try Self.own(directory.path, kind)
        let data = directory.file("data")
        let made = try Subprocess(arguments: Self.asUser(kind, Self.creation(kind, data, directory)))
        guard try await made.exitStatus() == .exited(0) else { throw Failed(description: "\(made.lines)") }
        process = Lock(try Self.start(kind, data, directory))
        try await ready()
        let program = try Subprocess(arguments: Self.asUser(kind, Self.statements(kind, directory)))
        guard try await program.exitStatus() == .exited(0) else { throw Failed(description: "\(program.lines)") }
    }

    /// The path of its socket, or for PostgreSQL of the folder of it.
    package var socket: String { kind == .postgresql ? directory.path : directory.file("server.sock") }

    /// The URL of the database, with user and password.
    package var url: String {
        var password = ""
        for byte in Self.password.utf8 { password += "%" + String(decoding: ASCII.hexadecimal([byte]), as: UTF8.self) }
        let scheme = kind == .postgresql ? "postgresql" : "mysql"
        return "\(scheme)://\(Self.user):\(password)@localhost/\(Self.database)?socket=\(socket)"
    }

    /// Stops the server: connections end, and new ones are refused.
    package func stop() async throws {
        let current = process.withLock { $0 }
        current.terminate(kind == .postgresql ? SIGQUIT : SIGKILL)
        try await current.exitStatus()
    }

    /// Starts the server again after `stop`, with the same data.
    package func restart() async throws {
        let next = try Self.start(kind, directory.file("data"), directory)
        process.withLock { $0 = next }
        try await ready()
    }

    /// Makes the server stand still: connections stay, and nothing answers until `proceed`.
    ///
    /// Only for MariaDB, which is one process.
    package func freeze() { process.withLock { $0 }.freeze() }

    package func proceed() { process.withLock { $0 }.proceed() }

    private func ready() async throws {
        let text = kind == .postgresql ? "database system is ready to accept connections" : "ready for connections"
        try await process.withLock { $0 }.line(containing: text)
    }

    package struct Failed: Error, CustomStringConvertible { package let description: String }
}

extension SQLServer {
    /// The arguments of a program that runs as the server's user when this process is root.
    private static func asUser(_ kind: Kind, _ arguments: [String]) -> [String] {
        guard getuid() == 0 else { return arguments }
        return ["setpriv", "--reuid=\(kind.user)", "--regid=\(kind.user)", "--clear-groups"] + arguments
    }

    private static func own(_ path: String, _ kind: Kind) throws {
        guard getuid() == 0 else { return }
        guard let entry = unsafe getpwnam(kind.user),
            unsafe chown(path, entry.pointee.pw_uid, entry.pointee.pw_gid) == 0
        else { throw Failed(description: "no user \(kind.user); run scripts/setup --tests") }
    }

    /// Debian has PostgreSQL's programs in a folder for each version.
    private static func postgresql(_ program: String) throws -> String {
        let folder = "/usr/lib/postgresql"
        let versions = Directory.names(in: folder)
        guard let version = versions.compactMap({ Int($0) }).max() else {
            throw Failed(description: "no \(folder); run scripts/setup --tests")
        }
        return "\(folder)/\(version)/bin/\(program)"
    }

    private static func creation(_ kind: Kind, _ data: String, _ directory: TemporaryDirectory) throws -> [String] {
        switch kind {
        case .postgresql:
            return [
                try postgresql("initdb"), "-D", data, "-U", "postgres", "--auth-local=trust", "--no-sync",
                "--encoding=UTF8", "--locale=C",
            ]
        case .mariadb:
            return [
                "mariadb-install-db", "--no-defaults", "--datadir=\(data)", tables(directory),
                "--auth-root-authentication-method=normal",
                "--skip-test-db", "--skip-name-resolve",
            ]
        }
    }

    /// A server that starts deletes all temporary tables in its folder, also those of another one.
    private static func tables(_ directory: TemporaryDirectory) -> String { "--tmpdir=\(directory.path)" }

    private static func start(_ kind: Kind, _ data: String, _ directory: TemporaryDirectory) throws -> Subprocess {
        let arguments: [String] =
            switch kind {
            case .postgresql:
                [
                    try postgresql("postgres"), "-D", data, "-k", directory.path, "-c", "listen_addresses=", "-c",
                    "fsync=off",
                    "-c", "hba_file=\(directory.file("hba"))",
                ]
            case .mariadb:
                [
                    "mariadbd", "--no-defaults", "--datadir=\(data)", tables(directory),
                    "--socket=\(directory.file("server.sock"))",
                    "--skip-networking", "--pid-file=\(directory.file("pid"))", "--innodb-buffer-pool-size=16M",
                    "--skip-log-bin",
                ]
            }
        let rules = "local all postgres trust\nlocal all all scram-sha-256\n"
        if kind == .postgresql {
            try FileContents.write(Array(rules.utf8), to: directory.file("hba"), mode: 0o644)
        }
        return try Subprocess(arguments: asUser(kind, arguments))
    }

    /// The program that creates the user and the database.
    private static func statements(_ kind: Kind, _ directory: TemporaryDirectory) throws -> [String] {
        let folder = directory.path
        switch kind {
        case .postgresql:
            return [
                "psql", "-h", folder, "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-c",
                "CREATE ROLE \(user) LOGIN PASSWORD '\(password)'", "-c", "CREATE DATABASE \(database) OWNER \(user)",
            ]
        case .mariadb:
            let sql = """
                CREATE DATABASE \(database) CHARACTER SET utf8mb4; CREATE USER \(user)@localhost IDENTIFIED BY '\(password)'; \
                GRANT ALL ON \(database).* TO \(user)@localhost
                """
            return ["mariadb", "--no-defaults", "--socket=\(folder)/server.sock", "--user=root", "-e", sql]
        }
    }
}
