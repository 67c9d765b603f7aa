import Basics
import Daemon
import ODBC

extension CallsConfiguration {
    private typealias Entry = Setting<CallsConfiguration>

    static let databaseSettings: [Setting<CallsConfiguration>] = files + database

    private static let files: [Entry] = [
        Entry(
            "ODBC_INI",
            "calls.odbc_ini",
            at: \.odbcFile,
            .path,
            "The file of ODBC connections that administrators are shown, without passwords. It is only read."
        ),
        Entry(
            "FUNC_ODBC_CONF",
            "calls.func_odbc_conf",
            at: \.functionsFile,
            .path,
            "The file of ODBC functions of the dialplan that administrators are shown. It is only read."
        ),
    ]

    private static let database: [Entry] = [
        Entry(
            "DB_HOST",
            "calls.db_host",
            at: \.dialplanDatabase.host,
            .optional(.host),
            "The server of the table `voice_extensions`, which administrators are shown; it is only read. Empty: none.",
            example: "db.example.com"
        ),
        Entry("DB_PORT", "calls.db_port", at: \.dialplanDatabase.port, .port(), "Its port; of PostgreSQL 5432."),
        Entry("DB_NAME", "calls.db_name", at: \.dialplanDatabase.name, .line, "The name of the database there."),
        Entry("DB_USER", "calls.db_user", at: \.dialplanDatabase.user, .line, "The user there."),
        Entry(
            "DB_PASSWORD",
            "calls.db_password",
            at: \.dialplanDatabase.password,
            .password,
            "The password of the user.",
            example: "a-password-of-your-own"
        ),
        Entry(
            "DB_PASSWORD_FILE",
            "calls.db_password_file",
            at: \.dialplanDatabase.passwordFile,
            .optional(.secretPath),
            "A file that holds the password; beats `DB_PASSWORD`.",
            example: "/run/secrets/db_password",
            contentOf: "DB_PASSWORD"
        ),
        Entry("DB_TYPE", "calls.db_type", at: \.dialplanDatabase.kind, .choice, "The kind of the server."),
        Entry(
            "DB_DSN",
            "calls.db_dsn",
            at: \.dialplanDatabase.dataSource,
            .optional(
                SettingType("a name of odbc.ini", not: "a;b", show: { $0 }) { text in
                    let isName = text.utf8.allSatisfy {
                        $0 > ASCII.space && $0 < 0x7f && !"[]{}();=,".utf8.contains($0)
                    }
                    return 1...64 ~= text.utf8.count && isName ? text : nil
                }
            ),
            "A connection of odbc.ini, in place of host, port and name; without `DB_PASSWORD` with the user there.",
            example: "asterisk"
        ),
    ]

    /// Gives the port that belongs to the kind of server, and says what has no effect.
    static func checkDatabase(_ configuration: inout CallsConfiguration, _ rules: inout SettingRules) {
        let database = configuration.dialplanDatabase
        if database.kind == .postgresql, database.port == ODBCConfiguration.Server.mariadb.port {
            configuration.dialplanDatabase.port = ODBCConfiguration.Server.postgresql.port
        }
        if database.dataSource != nil, database.host != nil {
            rules.warn(.advice("DB_HOST has no effect beside DB_DSN"))
        }
    }
}
