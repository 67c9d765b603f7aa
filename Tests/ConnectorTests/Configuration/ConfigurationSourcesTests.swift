import Basics
import CallRecords
import Daemon
import Delivery
import Recordings
import Reporting
import Testing

@testable import Connector

struct ConfigurationSourcesTests {
    @Test func `a later source beats an earlier one`() throws {
        let json = #"{"cdr":{"batch_size":11,"batch_timeout":12,"max_concurrent":13}}"#
        let envFile = "CDR_BATCH_TIMEOUT=22\nCDR_MAX_CONCURRENT=23\nAPI_TIMEOUT="
        let configuration = try #require(
            loadConfiguration(["CDR_MAX_CONCURRENT": "33"], json: json, envFile: envFile).configuration
        )
        #expect(configuration.records.batchSize == 11)
        #expect(configuration.records.batchTimeout == .seconds(22))
        #expect(configuration.records.maxConcurrent == 33)
        let origins = Dictionary(uniqueKeysWithValues: configuration.report.settings.map { ($0.name, $0.origin) })
        #expect(origins["CDR_BATCH_SIZE"] == .file("config.json"))
        #expect(origins["CDR_BATCH_TIMEOUT"] == .envFile(".env"))
        #expect(origins["CDR_MAX_CONCURRENT"] == .environment)
        #expect(origins["API_TIMEOUT"] == .default)
        #expect(origins["ASTERISK_CONFIG_FILE"] == .commandLine)
    }

    /// What a setting works with only.
    private static let partners = [
        "MONITORING_USERNAME": "MONITORING_PASSWORD", "MONITORING_PASSWORD": "MONITORING_USERNAME",
        "MONITORING_TLS_CERTIFICATE_FILE": "MONITORING_TLS_KEY_FILE",
        "MONITORING_TLS_KEY_FILE": "MONITORING_TLS_CERTIFICATE_FILE",
    ]

    /// The settings of `run` that may stand in the JSON file.
    private static let names = SettingTable.byVariable.filter { variable, setting in
        !setting.paths.isEmpty && !setting.isUnused && !ConfigurationDocuments.separate.contains { $0.has(variable) }
    }.map(\.value.label).sorted()

    @Test(arguments: names)
    func `each setting can be set in the JSON file and replaced by the environment`(name: String) throws {
        let setting = try #require(SettingTable.byVariable[name])
        guard setting.contentOf == nil, !setting.example.isEmpty else { return }
        let json = ConfigurationDocuments.json([(setting.paths[0], setting.json(setting.example))])
        var required = requiredVariables.filter { $0.key != name }
        if let partner = Self.partners[name] { required[partner] = SettingTable.byVariable[partner]?.example }
        let fromFile = try #require(loadConfiguration(json: json, required: required).configuration)
        #expect(fromFile.report.origins[name] == .file("config.json"))
        let both = try #require(
            loadConfiguration([name: setting.example], json: json, required: required).configuration
        )
        #expect(both.report.origins[name] == .environment)
        let shown = { (configuration: Configuration) in configuration.report.settings.first { $0.name == name }?.value }
        #expect(shown(both) != nil && shown(both) == shown(fromFile))
    }

    @Test func `an empty variable does not hide the one of the env-file`() {
        #expect(loadConfiguration(["REGION": ""], envFile: "REGION=us2").configuration?.api.region == .us2)
        let none = loadConfiguration(["RECORDING_WATCH_PATHS": ""], envFile: "RECORDING_WATCH_PATHS=/a")
        #expect(none.configuration?.recordings.watchPaths == [])
    }

    @Test func `the JSON file can be named by a variable, and the option beats it`() {
        let files = ["other.json": #"{"cdr":{"batch_size":5}}"#]
        let named = loadConfiguration(["ASTERISK_CONFIG_FILE": "other.json"], files: files)
        #expect(named.configuration?.records.batchSize == 5)
        #expect(named.configuration?.general.configFile == "other.json")
        let fromEnvFile = loadConfiguration(envFile: "ASTERISK_CONFIG_FILE=other.json", files: files)
        #expect(fromEnvFile.configuration?.records.batchSize == 5)
        let option = loadConfiguration(["ASTERISK_CONFIG_FILE": "other.json"], json: "{}", files: files)
        #expect(option.configuration?.records.batchSize == 200)
        #expect(option.configuration?.general.configFile == "config.json")
    }

    @Test func `values of JSON have the type they mean`() throws {
        let json = """
            {"comment": "x", "recording": {"comment": ["any"], "watch_paths": ["/a", "/b,c"], "min_file_size": "9"},
             "international": {"prefixes": []}, "api": {"gzip": false, "timeout": null},
             "filter": {"exclude_dst": ""}}
            """
        let result = loadConfiguration(json: json)
        let configuration = try #require(result.configuration)
        #expect(result.warnings == [])
        #expect(configuration.recordings.watchPaths == ["/a", "/b,c"])
        #expect(configuration.recordings.minimumFileBytes == 9)
        #expect(configuration.reporting.direction.internationalPrefixes == [])
        #expect(configuration.reporting.filter.excludedDestinations == [])
        #expect(!configuration.api.gzip && configuration.api.timeout == .seconds(30))
    }

    @Test func `lists of contexts add up in the file, and the environment replaces them one by one`() throws {
        let json = """
            {"contexts": {"internal": ["a"], "custom_internal": ["b-*"], "queue": ["q"], "voicemail": ["v"]},
             "queue_ivr": {"queue_contexts": ["r"], "ivr_contexts": ["i"]}}
            """
        let contexts = try #require(loadConfiguration(json: json).configuration).reporting.direction.contexts
        #expect(contexts.internal == ["a", "b-*"] && contexts.queue == ["q", "r"] && contexts.ivr == ["i"])
        let variable = #"{"internal":["z"],"external":["e"],"comment":"x"}"#
        let replaced = try #require(loadConfiguration(["ASTERISK_CUSTOM_CONTEXTS": variable], json: json).configuration)
        #expect(
            replaced.reporting.direction.contexts.internal == ["z"]
                && replaced.reporting.direction.contexts.external == ["e"]
        )
        #expect(replaced.reporting.direction.contexts.voicemail == ["v"])
        let shown = replaced.report.settings.first { $0.name == "ASTERISK_CUSTOM_CONTEXTS" }
        #expect(shown?.value == #"{"external":["e"],"internal":["z"]}"#)
    }

    @Test(arguments: ["[]", "x", #"{"internal":{}}"#, #"{"intern":["a"]}"#, #"{"queue":["a b"]}"#])
    func `these are not contexts`(text: String) {
        #expect(loadConfiguration(["ASTERISK_CUSTOM_CONTEXTS": text]).errors.count == 1)
    }

    @Test func `a secret in a file beats the variable and loses one line end`() throws {
        let files = ["/run/key": Hidden.key + "\n", "/run/password": "two words\n\n"]
        let result = loadConfiguration(
            ["API_KEY": "x", "API_KEY_FILE": "/run/key"],
            json: #"{"ami":{"password_file":"/run/password"}}"#,
            files: files
        )
        #expect(
            result.errorTexts == [
                "AMI_PASSWORD_FILE has a value that cannot be used (content of AMI_PASSWORD_FILE); "
                    + "set it to one line of text"
            ]
        )
        #expect(result.warningTexts.first == "API_KEY and API_KEY_FILE are both set; the file counts, remove the other")
        let required = requiredVariables.filter { !["API_KEY", "AMI_PASSWORD"].contains($0.key) }
        let good = loadConfiguration(
            ["API_KEY_FILE": "/run/key", "AMI_PASSWORD_FILE": "/run/password"],
            files: ["/run/key": Hidden.key + "\r\n", "/run/password": " two words \n"],
            required: required
        )
        let configuration = try #require(good.configuration)
        #expect(good.warnings == [])
        #expect(configuration.api.key == Secret(Hidden.key))
        #expect(configuration.ami.password == Secret(" two words "))
        #expect(configuration.report.origins["API_KEY"] == .secretFile(variable: "API_KEY_FILE"))
    }

    @Test func `a wrong secret does not matter beside one in a file`() {
        let result = loadConfiguration(
            ["API_KEY": "two words", "API_KEY_FILE": "/run/key"],
            files: ["/run/key": Hidden.key]
        )
        #expect(result.errors == [])
    }

    @Test func `unknown keys and variables are warned about with what was probably meant`() {
        let json = """
            {"cdr": {"batch_sise": 1, "colour": 2}, "filters": {}, "xyz": 1, "contexts": {"internl": []}}
            """
        let result = loadConfiguration(
            ["CDR_BATCHSIZE": "x", "AMI_PROXY_PORT": "1", "PATH": "/bin", "MONITORING_PORTS": ""],
            json: json,
            envFile: "SPOOL_DIRS=/x\nMONITORING_PORTS=1\nCOMPOSE_NAME=x"
        )
        #expect(result.errors == [])
        #expect(
            result.warningTexts == [
                "cdr.batch_sise in config.json is not a setting and is ignored; did you mean cdr.batch_size?",
                "cdr.colour in config.json is not a setting and is ignored",
                "filters in config.json is not a setting and is ignored; did you mean filter?",
                "xyz in config.json is not a setting and is ignored",
                "contexts.internl in config.json is not a setting and is ignored; did you mean contexts.internal?",
                "AMI_PROXY_PORT (environment) is not a setting and is ignored",
                "CDR_BATCHSIZE (environment) is not a setting and is ignored; did you mean CDR_BATCH_SIZE?",
                "MONITORING_PORTS (environment) is not a setting and is ignored; did you mean MONITORING_PORT?",
                "SPOOL_DIRS (env-file .env) is not a setting and is ignored; did you mean SPOOL_DIR?",
            ]
        )
    }

    @Test func `the environment of a process is read from its entries`() throws {
        let bytes = Array("A=1\0B=x=y\0=z\0C=\0D\0A=2\0".utf8)
        #expect(ProcessEnvironment.parse(bytes[...]) == ["A": "2", "B": "x=y", "C": ""])
        #expect(try ProcessEnvironment.read()["PATH"] != nil)
    }
}
