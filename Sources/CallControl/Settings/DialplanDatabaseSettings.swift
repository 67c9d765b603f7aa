package import Basics
package import ODBC

/// The settings about a database of the site with the table `voice_extensions`; it is read only.
package struct DialplanDatabaseSettings: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case mysql, mariadb, postgresql

        var server: ODBCConfiguration.Server { self == .postgresql ? .postgresql : .mariadb }
    }

    package var host: String?
    package var port = ODBCConfiguration.Server.mariadb.port
    package var name = "mayday_crm"
    package var user = "asterisk_user"
    package var password = Secret("")
    package var passwordFile: String?
    package var kind = Kind.mysql
    /// A name of odbc.ini, in place of host, port and name.
    package var dataSource: String?

    package init() {}

    /// The database; `nil` for none.
    package func configuration() throws(ODBCAddressError) -> ODBCConfiguration? {
        var configuration: ODBCConfiguration
        if let dataSource {
            // Without a password, odbc.ini has the user too.
            let login = password.revealed.isEmpty ? nil : (user: user, password: password)
            configuration = try ODBCConfiguration(dataSource: dataSource, login: login)
        } else if let host {
            var address = ODBCConfiguration.Address(kind.server, host: host, database: name)
            address.port = port
            address.user = user
            address.password = password
            configuration = ODBCConfiguration(address)
        } else {
            return nil
        }
        configuration.loginTimeout = .seconds(5)
        configuration.queryTimeout = .seconds(5)
        return configuration
    }
}
