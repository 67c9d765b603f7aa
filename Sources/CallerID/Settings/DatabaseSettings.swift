package import Basics
import ODBC

/// The settings about a database of the site that numbers come from.
package struct DatabaseSettings: Sendable {
    /// `DATABASE`; empty for the store of this service.
    package var address = Secret("")
    package var addressFile: String?
    package var postgresHost: String?
    package var postgresPort = ODBCConfiguration.Server.postgresql.port
    package var postgresUser = "callerid_user"
    package var postgresPassword = Secret("")
    package var postgresPasswordFile: String?
    package var postgresDatabase = "callerid_db"
    package var mysqlHost: String?
    package var mysqlPort = ODBCConfiguration.Server.mariadb.port
    package var mysqlUser = "asterisk_user"
    package var mysqlPassword = Secret("")
    package var mysqlPasswordFile: String?
    package var mysqlDatabase = "asterisk"
    /// Empty to look for one that is known.
    package var table = ""
    /// `caller_id=did` and so on.
    package var columns: [String] = []
    /// 0: only by request.
    package var interval = Duration.seconds(60)
    /// 0: only by request.
    package var fullInterval = Duration.seconds(3600)
    /// Whether changes of numbers are written into the database.
    package var isWritten = false

    /// Whether there is a database besides the store of this service.
    package var isForeign: Bool {
        postgresHost != nil || mysqlHost != nil || !(address.revealed.isEmpty || address.revealed.hasPrefix("sqlite"))
    }

    /// The database; `nil` when the numbers are in the store of this service.
    func configuration() throws(ODBCAddressError) -> ODBCConfiguration? {
        if let host = postgresHost {
            return Self.address(.postgresql, host, postgresPort, postgresUser, postgresPassword, postgresDatabase)
        }
        if let host = mysqlHost {
            return Self.address(.mariadb, host, mysqlPort, mysqlUser, mysqlPassword, mysqlDatabase)
        }
        return isForeign ? try Self.configuration(address.revealed) : nil
    }

    private static func address(
        _ server: ODBCConfiguration.Server,
        _ host: String,
        _ port: UInt16,
        _ user: String,
        _ password: Secret,
        _ database: String
    ) -> ODBCConfiguration {
        var address = ODBCConfiguration.Address(server, host: host, database: database)
        address.port = port
        address.user = user
        address.password = password
        return ODBCConfiguration(address)
    }

    /// Reads `odbc:CONNECTION STRING` or a URL.
    static func configuration(_ text: String) throws(ODBCAddressError) -> ODBCConfiguration {
        text.hasPrefix("odbc:")
            ? try ODBCConfiguration(connectionString: String(text.dropFirst(5))) : try ODBCConfiguration(url: text)
    }
}
