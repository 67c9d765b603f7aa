package import Basics

/// Which database, how to log in, and how long it may take.
///
/// ```swift
/// var configuration = try ODBCConfiguration(url: "postgresql://user:secret@db.example.com/asterisk")
/// configuration.queryTimeout = .seconds(5)
/// ```
package struct ODBCConfiguration: Sendable {
    /// A kind of server that has a driver of its own.
    package enum Server: String, Sendable {
        case postgresql
        case mariadb

        /// The Debian package of the driver.
        package var package: String { self == .postgresql ? "odbc-postgresql" : "odbc-mariadb" }

        package var port: UInt16 { self == .postgresql ? 5432 : 3306 }
    }

    /// The parts of a database's address.
    package struct Address: Sendable {
        package var server: Server
        /// A host, or the absolute path of a socket (MariaDB) or of its folder (PostgreSQL).
        package var host: String
        package var port: UInt16
        package var user: String
        package var password: Secret
        package var database: String
        /// How TLS is used, as libpq has it: `disable`, `prefer`, `require`, `verify-ca`, `verify-full`.
        package var tls: String?

        package init(_ server: Server, host: String, database: String) {
            self.server = server
            self.host = host
            self.database = database
            port = server.port
            user = ""
            password = Secret("")
        }
    }

    enum Target: Sendable {
        case address(Address)
        /// A connection string of ODBC.
        case string(Secret, ODBCConnectionString)
    }

    let target: Target
    /// How long connecting may take.
    package var loginTimeout = Duration.seconds(5)
    /// How long the server may take for one statement.
    package var queryTimeout = Duration.seconds(30)

    package init(_ address: Address) { target = .address(address) }

    /// - Parameter connectionString: attributes such as `DSN=asterisk;UID=user;PWD=secret`.
    package init(connectionString: String) throws(ODBCAddressError) {
        target = .string(Secret(connectionString), try ODBCConnectionString(connectionString))
    }

    /// - Parameters:
    ///   - name: a data source of odbc.ini.
    ///   - login: in place of the one in odbc.ini.
    package init(dataSource name: String, login: (user: String, password: Secret)?) throws(ODBCAddressError) {
        var attributes = [("DSN", name)]
        if let login { attributes += [("UID", login.user), ("PWD", login.password.revealed)] }
        try self.init(
            connectionString: attributes.map { "\($0)=\(ODBCConnectionString.quoted($1))" }.joined(separator: ";")
        )
    }

    /// Where the database is, for the log: without user and password.
    package var place: String {
        switch target {
        case .address(let address):
            let host = address.host.contains(":") ? "[\(address.host)]" : address.host
            return address.host.hasPrefix("/")
                ? "\(address.host) (\(address.database))" : "\(host):\(address.port)/\(address.database)"
        case .string(_, let string): return string.place
        }
    }

    /// The password, to be removed from what the server says.
    package var password: Secret {
        switch target {
        case .address(let address): address.password
        case .string(_, let string): string.password
        }
    }

    var redaction: Redaction {
        guard case .string(let whole, _) = target else { return Redaction([password]) }
        return Redaction([password, whole])
    }

    /// The connection string for the driver manager.
    ///
    /// - Parameter drivers: the drivers that there are.
    func connectionString(drivers: [String]) throws(ODBCError) -> String {
        switch target {
        case .string(let string, _): return string.revealed
        case .address(let address):
            guard let driver = address.server.driver(of: drivers) else {
                throw .driver(package: address.server.package)
            }
            return address.attributes(driver: driver).map { "\($0)=\(ODBCConnectionString.quoted($1))" }
                .joined(separator: ";")
        }
    }
}

extension ODBCConfiguration.Server {
    /// The driver to use: one for Unicode when there are several.
    func driver(of names: [String]) -> String? {
        let words = self == .postgresql ? ["postgresql", "psqlodbc"] : ["mariadb", "mysql"]
        for word in words {
            let fitting = names.filter { $0.lowercased().contains(word) }
            if let driver = fitting.first(where: { $0.lowercased().contains("unicode") }) ?? fitting.first {
                return driver
            }
        }
        return nil
    }
}

extension ODBCConfiguration.Address {
    /// The attributes of a connection string for this server's driver.
    func attributes(driver: String) -> [(String, String)] {
        let isSocket = host.hasPrefix("/")
        switch server {
        case .postgresql:
            return [
                ("Driver", driver), ("Servername", host), ("Port", String(port)), ("Database", database),
                ("Username", user), ("Password", password.revealed), ("SSLmode", tls ?? "prefer"),
            ]
        case .mariadb:
            let place = isSocket ? [("Socket", host)] : [("Server", host), ("Port", String(port))]
            // 2: changes are counted by the rows found.
            let common = [
                ("Database", database), ("User", user), ("Password", password.revealed), ("Charset", "utf8mb4"),
                ("Option", "2"),
            ]
            let secured =
                switch tls {
                case nil, "disable", "prefer": [(String, String)]()
                case "require": [("ForceTLS", "1")]
                default: [("ForceTLS", "1"), ("SSLVERIFY", "1")]
                }
            return [("Driver", driver)] + place + common + secured
        }
    }
}
