import Basics
import Daemon
import Testing

@testable import CallerID

@Suite("OPS.conf of the older switch")
struct OpsConfTests {
    @Test("Its keys get their present names; others are listed once")
    func keys() {
        let text = """
            ; comment
            [other]
            mysql_host = no
            [global]
            mysql_host = db.example.com
            MYSQL_PASS: a=b c
            bind_port=5044\r
            license_key = x
            license_key = y
            wrong line
            """
        let fallback = OpsConf.parse(Array(text.utf8)[...], path: "OPS.conf")
        #expect(
            fallback.variables == ["MYSQL_HOST": "db.example.com", "MYSQL_PASSWORD": "a=b c", "MAIN_API_PORT": "5044"]
        )
        #expect(fallback.warnings.map(\.description) == ["OPS.conf has keys that are not used: license_key"])
        #expect(fallback.errors.isEmpty)
    }

    @Test("A file that is not there is an error of the settings")
    func missing() {
        #expect(OpsConf.read("/nowhere/OPS.conf").errors.first?.description.contains("--ops-conf") == true)
    }
}
