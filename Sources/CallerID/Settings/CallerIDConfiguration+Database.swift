import Basics
import Daemon
import ODBC

extension CallerIDConfiguration {
    private typealias Entry = Setting<CallerIDConfiguration>

    static let databaseSettings: [Setting<CallerIDConfiguration>] = addresses + synchronisation

    private static let addresses: [Entry] = [
        Entry(
            "DATABASE",
            at: \.database.address,
            .database,
            "The database that numbers come from; empty: the one in `CALLERID_DIR`, which then has nothing to synchronise. "
                + "It may hold a password, so it is never shown.",
            example: "postgresql://callerid_user:a-password-of-your-own@db.example.com/callerid_db"
        ),
        Entry(
            "DATABASE_FILE",
            at: \.database.addressFile,
            .optional(.secretPath),
            "A file that holds the value of `DATABASE`; beats it.",
            example: "/run/secrets/database",
            contentOf: "DATABASE"
        ),
        Entry(
            "POSTGRES_HOST",
            at: \.database.postgresHost,
            .optional(.host),
            "A PostgreSQL server that numbers come from, in place of `DATABASE`.",
            example: "db.example.com"
        ),
        Entry("POSTGRES_PORT", at: \.database.postgresPort, .port(), "Its port."),
        Entry("POSTGRES_USER", at: \.database.postgresUser, .line, "The user there."),
        Entry(
            "POSTGRES_PASSWORD",
            at: \.database.postgresPassword,
            .password,
            "The password of the user.",
            example: "a-password-of-your-own"
        ),
        Entry(
            "POSTGRES_PASSWORD_FILE",
            at: \.database.postgresPasswordFile,
            .optional(.secretPath),
            "A file that holds the password; beats `POSTGRES_PASSWORD`.",
            example: "/run/secrets/postgres_password",
            contentOf: "POSTGRES_PASSWORD"
        ),
        Entry("POSTGRES_DB", at: \.database.postgresDatabase, .line, "The name of the database there."),
        Entry(
            "MYSQL_HOST",
            at: \.database.mysqlHost,
            .optional(.host),
            "A MariaDB or MySQL server that numbers come from, in place of `DATABASE`.",
            example: "db.example.com"
        ),
        Entry("MYSQL_PORT", at: \.database.mysqlPort, .port(), "Its port."),
        Entry("MYSQL_USER", at: \.database.mysqlUser, .line, "The user there."),
        Entry(
            "MYSQL_PASSWORD",
            at: \.database.mysqlPassword,
            .password,
            "The password of the user.",
            example: "a-password-of-your-own"
        ),
        Entry(
            "MYSQL_PASSWORD_FILE",
            at: \.database.mysqlPasswordFile,
            .optional(.secretPath),
            "A file that holds the password; beats `MYSQL_PASSWORD`.",
            example: "/run/secrets/mysql_password",
            contentOf: "MYSQL_PASSWORD"
        ),
        Entry("MYSQL_DATABASE", at: \.database.mysqlDatabase, .line, "The name of the database there."),
    ]

    private static let synchronisation: [Entry] = [
        Entry(
            "SYNC_TABLE",
            at: \.database.table,
            .line,
            "The table with the numbers, with its schema if need be; empty: the first of `caller_ids`, `pstn_callerid` and "
                + "`vicidial_campaign_cid_areacodes` that can be read.",
            example: "public.caller_ids"
        ),
        Entry(
            "SYNC_COLUMNS",
            at: \.database.columns,
            .list(of: "pairs such as caller_id=did", not: "caller_id") { text in
                SyncTable.mapping([text]) == nil ? nil : text
            },
            "Columns that have other names there.",
            example: "caller_id=did,area_code=npa"
        ),
        Entry(
            "SYNC_INTERVAL",
            at: \.database.interval,
            .seconds(0...86_400),
            "How often changed rows are read, within a tenth more or less. 0: only by request."
        ),
        Entry(
            "SYNC_FULL_INTERVAL",
            at: \.database.fullInterval,
            .seconds(0...604_800),
            "How often all rows are read, so that deleted ones go. 0: only by request."
        ),
        Entry(
            "SYNC_WRITE",
            at: \.database.isWritten,
            .boolean,
            "Whether changes of numbers are written into that database; false refuses them here."
        ),
    ]

    /// Reports databases that contradict each other.
    static func checkDatabase(_ configuration: CallerIDConfiguration, _ rules: inout SettingRules) {
        let database = configuration.database
        let named = [
            ("DATABASE", !database.address.revealed.isEmpty), ("POSTGRES_HOST", database.postgresHost != nil),
            ("MYSQL_HOST", database.mysqlHost != nil),
        ].filter(\.1).map(\.0)
        if named.count > 1 {
            rules.refuse(.contradiction("\(named.joined(separator: " and ")) are set; numbers come from one database"))
        }
        let address = database.address.revealed
        if address.hasPrefix("sqlite:"), address != "sqlite:\(configuration.directory)/callerid.db" {
            rules.refuse(
                .contradiction("DATABASE names a file of SQLite; leave it empty, and set CALLERID_DIR to the folder")
            )
        }
        if database.isWritten, !database.isForeign {
            rules.warn(.advice("SYNC_WRITE has no effect without DATABASE, POSTGRES_HOST or MYSQL_HOST"))
        }
    }
}

extension SettingType where Value == Secret {
    /// The address of a database, whose password is a secret of its own.
    fileprivate static var database: Self {
        var type = secret(
            "sqlite, postgresql://…, mysql://… or odbc: and a connection string",
            not: "db.example.com"
        ) { text in
            text == "sqlite" || text.hasPrefix("sqlite:/") || (try? DatabaseSettings.configuration(text)) != nil
        }
        type.secrets = { secret in
            let password = (try? DatabaseSettings.configuration(secret.revealed))?.password
            return password.map { [$0] } ?? []
        }
        return type
    }
}
