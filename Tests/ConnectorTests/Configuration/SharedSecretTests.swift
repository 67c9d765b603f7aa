import Basics
import Daemon
import TestSupport
import Testing

@testable import Connector

/// Settings that have the value of a secret, or a secret in their value.
struct SharedSecretTests {
    @Test func `no setting shows a secret of another one`() throws {
        let result = loadConfiguration([
            "AMI_USERNAME": Hidden.password, "API_URL": "https://api.example.com/\(Hidden.key)",
            "HOST_HOSTNAME": Hidden.key, "SPOOL_DIR": "/srv/\(Hidden.password)",
        ])
        let configuration = try #require(result.configuration)
        let shown = configuration.report.settings.map(\.description).joined(separator: "\n")
        #expect(!shown.contains(Hidden.key) && !shown.contains(Hidden.password))
        #expect(shown.contains("AMI_USERNAME=******** (environment)"))
        #expect(shown.contains("API_URL=https://api.example.com/******** (environment)"))
    }

    @Test func `a short secret is hidden where it is the whole value`() throws {
        let configuration = try #require(
            loadConfiguration(["AMI_PASSWORD": "abc", "AMI_USERNAME": "abc"]).configuration
        )
        #expect(configuration.report.settings.contains { $0.name == "AMI_USERNAME" && $0.value == "********" })
    }

    @Test(arguments: SettingTable.settings.filter { !$0.isSecret && $0.counterexample != nil }.compactMap(\.variable))
    func `no error shows a secret that was given to the wrong setting`(name: String) {
        let long = String(repeating: "hunter2:", count: 20)
        for secret in ["hunter2 of the pbx://x", "hunter2:of:the:pbx", "hunter2/of/the/pbx", long] {
            let result = loadConfiguration([name: secret, "AMI_PASSWORD": secret])
            let texts = result.shownErrors + result.shownWarnings
            #expect(!texts.joined().contains("hunter2"), "\(texts)")
        }
    }

    @Test func `the log has asterisks in the place of a secret, at each level and in recent entries`() {
        let lines = LogLines()
        let sink = lines.sink
        sink.level = .debug
        sink.hide([Secret(Hidden.password)])
        let log = Logger("test", sink: sink)
        log.debug("d", [.init("user", Hidden.password)])
        log.info("i", [.init(own: "api", "http://127.0.0.1/\(Hidden.password)/v1")])
        log.error("e", [.init("error", "the user '\(Hidden.password)' is refused")])
        #expect(lines.lines.count == 3 && !lines.lines.joined().contains(Hidden.password))
        #expect(!"\(log.recent)".contains(Hidden.password))
    }
}
