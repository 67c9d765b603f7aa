package import Basics

/// Why a database did not do what was asked; no text contains the password or a bound value.
package enum ODBCError: Error, Equatable, CustomStringConvertible {
    /// The driver manager cannot be loaded.
    case library(String)
    /// There is no driver for this kind of server.
    case driver(package: String)
    /// The server or its driver reported an error.
    case server(ODBCDiagnostic)
    /// There was no answer in time; what was under way may still happen.
    case timedOut(seconds: Int)
    /// Earlier requests still hang in the driver.
    case stalled
    /// An answer has more rows or bytes than allowed.
    case tooLarge(String)
    /// The system refused a thread.
    case thread(SystemError)
    case cancelled
    /// A name that is no plain name of a table or column.
    case name(String)
    /// The answer of the database does not have what is expected of it.
    case unexpected(String)

    package var description: String {
        switch self {
        case .library(let reason): "unixODBC cannot be loaded: \(reason); install the Debian package unixodbc"
        case .driver(let package):
            "no ODBC driver for this database in odbcinst.ini; install the Debian package \(package)"
        case .server(let diagnostic): "\(diagnostic)"
        case .timedOut(let seconds):
            "the database did not answer within \(seconds) s; check that it runs and that the network is fast enough"
        case .stalled:
            "the database has stopped answering, and earlier requests still wait for it; check the database and the "
                + "network"
        case .tooLarge(let what): what
        case .thread(let error): "\(error)"
        case .cancelled: "cancelled"
        case .name(let name): "\(name) is no name of a table or column"
        case .unexpected(let what): what
        }
    }

    /// The SQLSTATE of the server; `nil` for other errors.
    package var state: String? {
        guard case .server(let diagnostic) = self else { return nil }
        return diagnostic.state
    }

    /// Whether the database cannot be reached now, or not in time.
    package var isAway: Bool {
        switch self {
        case .timedOut, .stalled, .cancelled, .thread, .library, .driver: true
        case .server(let diagnostic): diagnostic.kind == .connection || diagnostic.kind == .timeout
        case .tooLarge, .name, .unexpected: false
        }
    }

    /// An error while connecting: without a state of its own it means that there is no connection.
    var whileConnecting: ODBCError {
        guard case .server(let diagnostic) = self, diagnostic.kind == .other else { return self }
        return .server(
            ODBCDiagnostic(state: "08001", message: diagnostic.message, operation: diagnostic.operation)
        )
    }

    /// Whether a row breaks a rule of the table, such as a number that is there already.
    package var isConflict: Bool { state?.hasPrefix("23") == true }
}

/// What the server or its driver says about a failed call.
package struct ODBCDiagnostic: Sendable, Equatable, CustomStringConvertible {
    /// Five characters, as in the SQL standard.
    package let state: String
    /// Without the password.
    package let message: String
    /// What failed; never contains data.
    package let operation: String

    package enum Kind: Sendable {
        case driver
        case connection
        case login
        case table
        case permission
        case timeout
        case other
    }

    package init(state: String, message: String, operation: String) {
        self.state = state
        self.message = message
        self.operation = operation
    }

    package var kind: Kind {
        switch state {
        case "IM002", "IM003", "IM004", "01000": .driver
        case "42S02", "42P01", "42S22", "42703": .table
        case "42501": .permission
        case "HYT00", "HYT01", "57014", "70100": .timeout
        case _ where state.hasPrefix("28"): .login
        case _ where state.hasPrefix("08") || state.hasPrefix("57P"): .connection
        default: .other
        }
    }

    private var advice: String {
        switch kind {
        case .driver: "; check the name of the driver or data source in odbcinst.ini and odbc.ini"
        case .connection: "; check that the database runs, its host and port, and the rights of the user"
        case .login: "; check user and password"
        case .table: "; check the names of the table and its columns"
        case .permission: "; grant the user the right"
        case .timeout: "; check the load of the database"
        case .other: ""
        }
    }

    package var description: String { "\(operation): \(message) (SQLSTATE \(state))\(advice)" }
}
