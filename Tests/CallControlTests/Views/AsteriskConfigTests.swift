import Basics
import Glibc
import TestSupport
import Testing

@testable import CallControl

struct AsteriskConfigTests {
    private let directory = TemporaryDirectory()

    private func write(_ text: String, to name: String = "func_odbc.conf") throws {
        try FileContents.write(Array(text.utf8), to: directory.file(name))
    }

    private func read(_ syntax: AsteriskConfig.Syntax = .asterisk) -> AsteriskConfig {
        AsteriskConfigReader.read(directory.file("func_odbc.conf"), syntax)
    }

    private func json(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        write(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// All that a file can have.
    private static let sample = """
        ; comment [none]
        [general]
        single_db_connection = yes
        [base](!)
        dsn => asterisk, spare ; a comment
        password = hunter2
        [AGENT_PAUSED](base)
        readsql = SELECT paused FROM agents \\; -- '${SQL_ESC(${ARG1})}'
        readsql += \u{20} AND TRUE
        synopsis=Ünï
        ;-- [hidden]
        dsn = nowhere
        --; mode = multirow
        [PRESENCE](base)
        prefix = MY
        writesql = UPDATE t SET a = '${VAL1}'
        insertsql = INSERT
        syntax = <number>
        api_key = hunter2
        [AGENT_PAUSED](+)
        writesql = none
        #exec /bin/rm -rf /
        #nothing

        """

    @Test func `functions have what their sections and templates say`() throws {
        try write(Self.sample)
        let config = read()
        let functions = config.sections.compactMap { ODBCFunction($0) }
        #expect(functions.map(\.name) == ["ODBC_AGENT_PAUSED", "MY_PRESENCE"])
        #expect(functions[0].sources == ["asterisk", "spare"])
        #expect(functions[0].values.last("password") == "***")
        #expect(functions[0].values.last("writesql") == "none")
        let text = json { functions[0].write(into: &$0) }
        #expect(
            text == """
                {"name":"ODBC_AGENT_PAUSED","section":"AGENT_PAUSED","prefix":null,"dsn":["asterisk","spare"],\
                "readsql":"SELECT paused FROM agents ; -- '${SQL_ESC(${ARG1})}'AND TRUE","writesql":"none",\
                "insertsql":null,"synopsis":"Ünï","syntax":null,"mode":"multirow","template":"base"}
                """
        )
        #expect(functions[1].prefix == "MY" && functions[1].values.last("api_key") == "***")
        #expect(config.problems == ["#exec is not run", "a line with # is no directive"])
    }

    @Test func `connections have no passwords`() throws {
        try write(
            """
            # comment
            [ODBC Data Sources]
            asterisk = MariaDB
            [asterisk]
            Driver = MariaDB Unicode
            Description=calls
            Server = db.example.com
            Port=3306
            Database = mayday_crm
            User = asterisk_user
            Password = hunter2
            PWD = hunter2
            #include other
            [odd](!)
            Servername = ::1
            Port = a lot
            UID = root

            """
        )
        let config = read(.odbc)
        let texts = config.sections.compactMap { ODBCDataSource($0) }.map { source in json { source.write(into: &$0) } }
        #expect(
            texts == [
                """
                {"name":"asterisk","driver":"MariaDB Unicode","description":"calls","server":"db.example.com",\
                "port":3306,"database":"mayday_crm","user":"asterisk_user"}
                """,
                """
                {"name":"odd","driver":null,"description":null,"server":"::1","port":null,"database":null,"user":"root"}
                """,
            ]
        )
        #expect(config.problems == [] && !"\(config)".contains("hunter2"))
    }

    @Test func `every cut of a file, and every changed byte, is read without a secret`() throws {
        for syntax in [AsteriskConfig.Syntax.asterisk, .odbc] {
            let bytes = Array(Self.sample.utf8)
            var before = 0
            for end in 0...bytes.count {
                var config = AsteriskConfig(syntax)
                config.take(Array(bytes[..<end]))
                // Within `[name](+)` the section is another one.
                if end == 0 || bytes[end - 1] == ASCII.newline {
                    #expect(config.sections.count >= before)
                    before = config.sections.count
                }
                let shown = json { json in
                    json.beginArray()
                    for function in config.sections.compactMap({ ODBCFunction($0) }) { function.write(into: &json) }
                    for source in config.sections.compactMap({ ODBCDataSource($0) }) { source.write(into: &json) }
                    json.endArray()
                }
                #expect((try? JSONParser.parse(Array(shown.utf8)[...])) != nil)
                #expect(!"\(config)".contains("hunter2"), "\(end)")
            }
            for index in bytes.indices {
                var changed = bytes
                for byte in [0x0a, 0x5d, 0x3b, 0xff] as [UInt8] {
                    changed[index] = byte
                    var config = AsteriskConfig(syntax)
                    config.take(changed)
                    #expect(config.sections.count <= 12)
                }
            }
        }
    }

    @Test func `files of the same folder are included, at their place and five deep`() throws {
        try write("[a]\ndsn = one\n#include \"b.conf\"\n#include \(directory.path)/c.conf\n#tryinclude none.conf\n")
        try write("dsn = two\n[b]\n", to: "b.conf")
        try write("dsn = three\n", to: "c.conf")
        var config = read()
        #expect(config.problems == [])
        #expect(config.sections.map(\.name) == ["a", "b"])
        #expect(config.sections.map { $0.last("dsn") } == ["two", "three"])
        try write("[loop]\ndsn = x\n#include func_odbc.conf\n")
        config = read()
        #expect(config.problems == ["func_odbc.conf: included more than five deep"])
        #expect(config.sections.count == 6)
        // Each file twice as often as the one before: bounded too.
        try write("[loop]\n" + String(repeating: "#include func_odbc.conf\n", count: 40))
        #expect(read().sections.count == AsteriskConfigReader.maximumFiles)
    }

    @Test(arguments: ["../x", "/etc/passwd", "sub/x", "..", "", "<../x>", "x\0y"])
    func `nothing outside of the folder is read`(name: String) throws {
        try write("[a]\n#include \(name)\n")
        let config = read()
        #expect(config.sections.map(\.name) == ["a"])
        #expect(config.problems.count == 1 && config.problems[0].hasSuffix("is not in the same folder: not read"))
    }

    @Test func `what cannot be read is said, and the rest is shown`() throws {
        #expect(read().problems == ["No such file or directory"])
        try write("[a]\n#include none.conf\n#include folder\n#include pipe\n#include large\n[b]\n")
        try Directory.makePrivate(directory.file("folder"))
        #expect(unsafe mkfifo(directory.file("pipe"), 0o600) == 0)
        try FileContents.write([UInt8](repeating: 0x3b, count: 1 << 20), to: directory.file("large"))
        let config = read()
        #expect(config.sections.map(\.name) == ["a", "b"])
        #expect(
            config.problems == [
                "none.conf: No such file or directory", "folder: Is a directory", "pipe: a pipe, not a regular file",
                "large: over 1 MiB with what it includes",
            ]
        )
    }

    @Test func `templates make no more of a file than the limit`() {
        var config = AsteriskConfig(.asterisk)
        let values = String(repeating: "x = y\n", count: 1000)
        config.take(Array("[t](!)\n\(values)\(String(repeating: "[a](t,t)\n", count: 10_000))".utf8))
        #expect(config.sections.count < 12 && config.sections.map(\.values.count).reduce(0, +) <= AsteriskConfig.limit)
        #expect(config.problems == ["more than 20000 values"])
    }
}
