import Basics
import Daemon
import Delivery
import Spool
import Testing

@testable import Connector

/// The part of the configuration that commands for the operator need.
struct ConfigurationSpoolTests {
    private func load(
        _ environment: [String: String] = [:],
        json: String? = nil,
        envFile: String? = nil
    ) -> LoadResult<SpoolConfiguration> {
        let sources = SettingSources(
            configFile: json == nil ? nil : "config.json",
            envFile: envFile == nil ? nil : ".env",
            environment: environment,
            readFile: { (path, _) throws(SystemError) in
                guard let content = path == ".env" ? envFile : json else { throw SystemError("open", path, code: 2) }
                return Array(content.utf8)
            }
        )
        var loader = SettingsLoader(sources, known: SettingTable.sections)
        let configuration = loader.load([SpoolConfiguration.settings])
        return LoadResult(configuration, loader.finish())
    }

    @Test func `nothing has to be there`() {
        let result = load()
        #expect(result.errors.isEmpty)
        #expect(result.configuration?.directory == "/var/lib/asterisk-connector")
    }

    @Test func `what does not concern the spool can be wrong`() {
        let result = load(
            ["AMI_PORT": "x", "API_KEY_FILE": "/nowhere", "SPOOL_DIR": "/s"],
            envFile: "CDR_BATCH_SIZE=0\nSPOOL_MAX_BYTES=1048577\n"
        )
        #expect(result.errors.isEmpty)
        #expect(result.configuration?.directory == "/s")
        #expect(result.configuration?.maxBytes == 1_048_577)
    }

    @Test func `the sources are the same ones in the same order`() {
        let json = #"{"spool": {"dir": "/json"}}"#
        #expect(load(json: json).configuration?.directory == "/json")
        #expect(load(json: json, envFile: "SPOOL_DIR=/file").configuration?.directory == "/file")
        #expect(load(["ASTERISK_CONFIG_FILE": "c.json"]).errors.count == 1)
    }

    @Test func `what concerns the spool must be right`() {
        #expect(load(["SPOOL_MAX_BYTES": "7"]).errors.map(\.description).joined().contains("SPOOL_MAX_BYTES"))
    }
}
