import Basics
import Testing

@testable import ODBC

@Suite("The address of a database")
struct ODBCAddressTests {
    private let drivers = ["PostgreSQL ANSI", "PostgreSQL Unicode", "MariaDB Unicode", "FreeTDS"]

    @Test("A URL becomes a connection string for the driver, with braces where a value needs them")
    func url() throws {
        let postgres = try ODBCConfiguration(
            url: "postgresql+asyncpg://ann:s%3Be%7Dc@db.example.com:6432/cid?sslmode=require"
        )
        #expect(
            try postgres.connectionString(drivers: drivers)
                == "Driver={PostgreSQL Unicode};Servername=db.example.com;Port=6432;Database=cid;Username=ann;"
                + "Password={s;e}}c};SSLmode=require"
        )
        #expect(postgres.place == "db.example.com:6432/cid")
        let maria = try ODBCConfiguration(url: "mysql://ann@[2001:db8::1]/asterisk")
        #expect(
            try maria.connectionString(drivers: drivers)
                == "Driver={MariaDB Unicode};Server=2001:db8::1;Port=3306;Database=asterisk;User=ann;Password=;"
                + "Charset=utf8mb4;Option=2"
        )
        #expect(maria.place == "[2001:db8::1]:3306/asterisk")
    }

    @Test("A missing driver names the Debian package that has it")
    func missingDriver() throws {
        let maria = try ODBCConfiguration(url: "mariadb://db/asterisk")
        #expect(throws: ODBCError.driver(package: "odbc-mariadb")) { try maria.connectionString(drivers: ["FreeTDS"]) }
        #expect("\(ODBCError.driver(package: "odbc-mariadb"))".contains("odbc-mariadb"))
    }

    @Test("A missing driver manager names the Debian package that has it")
    func missingLibrary() {
        #expect(
            performing: { _ = try ODBCLibrary("libodbc-missing.so.2") },
            throws: { "\($0)".contains("package unixodbc") }
        )
    }

    @Test(
        "What is wrong with a URL is named without a word of it",
        arguments: [
            ("oracle://db/x", ODBCAddressError.scheme), ("postgresql:db/x", .scheme), ("mysql://db", .database),
            ("mysql://db:99999/x", .port), ("mysql://db/x#y", .fragment), ("mysql://db/x?charset=latin1", .parameter),
            ("mysql://a:%zz@db/x", .escape), ("mysql://[::1/x", .host), ("mysql://a b/x", .host),
        ]
    )
    func wrongURL(_ url: String, _ error: ODBCAddressError) {
        #expect(throws: error) { try ODBCConfiguration(url: url) }
    }

    @Test("A connection string keeps its own form, and shows neither user nor password")
    func connectionString() throws {
        let string = "DRIVER={MariaDB Unicode}; Server=db;Database=cid;UID=ann;PWD={a;b}}c}"
        let configuration = try ODBCConfiguration(connectionString: string)
        #expect(try configuration.connectionString(drivers: []) == string)
        #expect(configuration.place == "db/cid")
        #expect(configuration.password == Secret("a;b}c"))
        #expect(try ODBCConfiguration(connectionString: "DSN=asterisk;PWD=x").place == "data source asterisk")
    }

    @Test(
        "A connection string that cannot be one is refused",
        arguments: [
            ("DSN", ODBCAddressError.attribute), ("DSN=x;PWD={abc", .brace), ("DSN=x;PWD={a}b", .brace),
            ("", .noDriver),
            ("Server=x;UID=y", .noDriver),
        ]
    )
    func wrongString(_ text: String, _ error: ODBCAddressError) {
        #expect(throws: error) { try ODBCConfiguration(connectionString: text) }
    }
}
