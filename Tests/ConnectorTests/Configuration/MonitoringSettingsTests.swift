import Basics
import Daemon
import Testing

@testable import Connector

struct MonitoringSettingsTests {
    private let password = ["MONITORING_USERNAME": "admin", "MONITORING_PASSWORD": "hunter2-of-the-page"]
    private let certificate = [
        "MONITORING_TLS_CERTIFICATE_FILE": "/etc/asterisk-connector/monitoring.pem",
        "MONITORING_TLS_KEY_FILE": "/etc/asterisk-connector/monitoring-key.pem",
    ]

    @Test func `a user name needs a password and a certificate its key`() {
        for settings in [password, certificate] {
            #expect(loadConfiguration(settings).errorTexts == [])
            for name in settings.keys {
                let missing = settings.keys.first { $0 != name } ?? ""
                #expect(
                    loadConfiguration(settings.filter { $0.key == name }).errorTexts == [
                        "\(name) is set and \(missing) is not; set both or neither"
                    ]
                )
            }
        }
    }

    @Test func `the password can be in a file`() throws {
        let result = loadConfiguration(
            ["MONITORING_USERNAME": "admin", "MONITORING_PASSWORD_FILE": "/run/password"],
            files: ["/run/password": "hunter2-of-the-page\n"]
        )
        let configuration = try #require(result.configuration)
        #expect(configuration.monitoring.password.revealed == "hunter2-of-the-page")
        #expect(!configuration.report.settings.contains { $0.description.contains("hunter2") })
    }

    @Test func `a wrong certificate or key is found before anything runs`() {
        let key = "/etc/asterisk-connector/monitoring-key.pem"
        for text in ["", "-----BEGIN CERTIFICATE-----", "-----BEGIN ENCRYPTED PRIVATE KEY-----"] {
            #expect(
                loadConfiguration(certificate, files: [key: text]).errorTexts == [
                    "\(key), which MONITORING_TLS_KEY_FILE names, holds no private key without a pass phrase "
                        + "in PEM form; name the right file"
                ]
            )
        }
        let absent = certificate.merging(["MONITORING_TLS_CERTIFICATE_FILE": "/none.pem"]) { $1 }
        #expect(
            loadConfiguration(absent).errorTexts == [
                "the file that MONITORING_TLS_CERTIFICATE_FILE names cannot be read (open /none.pem: No such file or "
                    + "directory); correct the path or the rights of the file"
            ]
        )
    }

    @Test func `a port that others reach without a password, or with a plain one, is warned about`() {
        func warnings(_ settings: [String: String]...) -> [ConfigurationWarning] {
            loadConfiguration(settings.reduce([:]) { $0.merging($1) { $1 } }).warnings
        }
        for bind in ["0.0.0.0", "::", "192.0.2.1", "pbx.example.com"] {
            let open = ["MONITORING_BIND": bind]
            #expect(warnings(open) == [.openMonitoring(host: bind)])
            #expect(warnings(open, certificate) == [.openMonitoring(host: bind)])
            #expect(warnings(open, password) == [.plainMonitoring(host: bind)])
            #expect(warnings(open, password, certificate) == [])
            #expect(warnings(open, ["MONITORING_ENABLED": "false"]) == [])
        }
        for bind in ["127.0.0.1", "127.9.9.9", "localhost", "::1", "[::1]"] {
            #expect(warnings(["MONITORING_BIND": bind]) == [])
        }
    }
}
