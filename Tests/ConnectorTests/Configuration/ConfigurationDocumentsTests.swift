import Basics
import Daemon
import TestSupport
import Testing

@testable import Connector

struct ConfigurationDocumentsTests {
    @Test func `docs/configuration.md says what the table says`() throws {
        try expectGolden(Array(ConfigurationDocuments.guide.utf8), "/docs/configuration.md")
    }

    @Test func `.env.example says what the table says`() throws {
        try expectGolden(Array(ConfigurationDocuments.envExample().utf8), "/.env.example")
    }

    @Test func `config.example.json says what the table says`() throws {
        try expectGolden(Array(ConfigurationDocuments.jsonExample.utf8), "/config.example.json")
    }

    @Test func `the env example works as it is`() {
        let result = loadConfiguration(envFile: ConfigurationDocuments.envExample(), required: [:])
        #expect(result.errors.isEmpty && result.warnings.isEmpty)
        #expect(result.configuration?.ami.username == "connector")
    }

    @Test func `the env example works with every line uncommented`() {
        let result = loadConfiguration(
            envFile: ConfigurationDocuments.envExample(isUncommented: true),
            files: ["/etc/asterisk-connector/config.json": "{}"],
            required: [:]
        )
        // An older connector had some settings of `calls`, for something else.
        let warnings = result.warningTexts.filter { !$0.hasPrefix("DB_") || !$0.contains("of an older connector") }
        #expect(result.errorTexts == [] && warnings == [])
        #expect(result.configuration?.report.settings.count { $0.origin == .default } == 8 + 3)
    }

    @Test func `the JSON example works and says the defaults`() {
        let secrets = ["API_KEY": Hidden.key, "AMI_PASSWORD": Hidden.password]
        let result = loadConfiguration(json: ConfigurationDocuments.jsonExample, required: secrets)
        #expect(result.errorTexts == [] && result.warningTexts == [])
        let standard = loadConfiguration().configuration?.report.settings.map(\.value)
        let shown = result.configuration?.report.settings.map { $0.name == "ASTERISK_CONFIG_FILE" ? "" : $0.value }
        #expect(shown == standard)
    }

    @Test func `every setting of the table is unique`() {
        let labels = SettingTable.settings.map(\.label)
        let paths = SettingTable.settings.flatMap(\.paths)
        #expect(Set(labels).count == labels.count)
        #expect(Set(paths).count == paths.count)
        #expect(paths.allSatisfy { $0.split(separator: ".").count == 2 })
    }

    @Test(arguments: SettingTable.settings.map(\.label))
    func `every setting has a meaning, what is allowed, and a counterexample that is refused`(label: String) throws {
        let setting = try #require(SettingTable.settings.first { $0.label == label })
        #expect(setting.meaning.hasSuffix("."))
        #expect(!setting.allowed.isEmpty)
        guard setting.counterexample != nil else { return }
        let error = try #require(ConfigurationDocuments.error(of: setting))
        #expect(error.contains(setting.allowed))
    }
}
