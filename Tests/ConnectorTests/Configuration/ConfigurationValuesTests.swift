import Basics
import Daemon
import Delivery
import Recordings
import Reporting
import Testing

@testable import Connector

struct ConfigurationValuesTests {
    /// The lowest and the highest value of each number.
    static let bounds: [(name: String, lowest: Int, highest: Int)] = [
        ("API_TIMEOUT", 1, 600), ("AMI_PORT", 1, 65535), ("CDR_BATCH_SIZE", 1, 10_000),
        ("CDR_BATCH_TIMEOUT", 1, 3600), ("CDR_BATCH_FORCE_TIMEOUT", 1, 3600), ("CDR_MAX_CONCURRENT", 1, 100),
        ("CDR_MAX_CONCURRENT_UPLOADS", 1, 100), ("CDR_MAX_MEMORY_FILE_SIZE", 0, 1_099_511_627_776),
        ("CDR_FILTER_MIN_DURATION", 0, 86_400), ("ASTERISK_CACHE_TTL", 1, 604_800),
        ("RECORDING_CHECK_INTERVAL_SECONDS", 1, 60), ("RECORDING_MIN_AGE_MINUTES", 0, 1440),
        ("RECORDING_MIN_FILE_SIZE", 0, 1_073_741_824), ("RECORDING_MIN_DURATION", 0, 86_400),
        ("RECORDING_MAX_AGE_HOURS", 1, 87_600), ("RECORDING_UPLOAD_RETRY_MINUTES", 0, 1440),
        ("SPOOL_MAX_BYTES", 1_048_576, 1_099_511_627_776), ("MONITORING_PORT", 0, 65535),
        ("PUID", 0, 2_147_483_647), ("PGID", 0, 2_147_483_647),
    ]

    @Test(arguments: bounds)
    func `a number is accepted at its bounds and refused beyond them`(name: String, lowest: Int, highest: Int) {
        for value in [lowest, highest] { #expect(loadConfiguration([name: "\(value)"]).errors == []) }
        for value in ["\(lowest - 1)", "\(highest + 1)", "\(lowest).5", "x", "0x10", "99999999999999999999"] {
            let result = loadConfiguration([name: value])
            #expect(result.configuration == nil)
            #expect(result.errorTexts.first?.hasPrefix("\(name) is '\(value)' (environment); set it to a") == true)
        }
    }

    @Test(arguments: ["ASTERISK_EXT_MIN_LENGTH": 7, "ASTERISK_EXT_MAX_LENGTH": 32])
    func `the lengths of an extension have bounds`(name: String, highest: Int) {
        #expect(loadConfiguration([name: "\(highest)"]).errors == [])
        #expect(loadConfiguration([name: "33"]).errors.count >= 1)
        #expect(loadConfiguration([name: "0"]).errors.count >= 1)
    }

    @Test func `the shortest extension is not longer than the longest`() {
        #expect(
            loadConfiguration(["ASTERISK_EXT_MIN_LENGTH": "8"]).errorTexts == [
                "ASTERISK_EXT_MIN_LENGTH is 8 and ASTERISK_EXT_MAX_LENGTH is 7; set the minimum to at most the maximum"
            ]
        )
    }

    @Test(arguments: ["true", "1", "YES", "On", " true "])
    func `this is true`(text: String) { #expect(loadConfiguration(["AMI_TLS": text]).configuration?.ami.tls == true) }

    @Test(arguments: ["false", "0", "No", "OFF"])
    func `this is false`(text: String) {
        #expect(loadConfiguration(["API_GZIP": text]).configuration?.api.gzip == false)
    }

    @Test func `names are read in either case`() throws {
        let configuration = try #require(
            loadConfiguration(["REGION": "CA1", "LOG_LEVEL": "debug", "LOG_FORMAT": "JSON", "CDR_MODE": "Direct"])
                .configuration
        )
        #expect(configuration.api.baseURL == "https://api-ca1.sipstack.com/v1")
        #expect(configuration.logging.level == .debug && configuration.logging.format == .json)
        #expect(configuration.records.mode == .direct)
    }

    @Test func `units are those of the name`() throws {
        let variables = [
            "RECORDING_MIN_AGE_MINUTES": "3", "RECORDING_MAX_AGE_HOURS": "48", "RECORDING_UPLOAD_RETRY_MINUTES": "0",
            "API_TIMEOUT": "7", "ASTERISK_CACHE_TTL": "60",
        ]
        let configuration = try #require(loadConfiguration(variables).configuration)
        #expect(configuration.recordings.minimumAge == .seconds(180))
        #expect(configuration.recordings.maximumAge == .seconds(48 * 3600))
        #expect(configuration.recordings.uploadRetry == .zero)
        #expect(configuration.api.timeout == .seconds(7))
        #expect(configuration.reporting.direction.cacheTTL == .seconds(60))
    }

    @Test func `the port of AMI follows TLS unless it is set`() {
        #expect(loadConfiguration(["AMI_TLS": "true"]).configuration?.ami.port == 5039)
        #expect(loadConfiguration(["AMI_TLS": "true", "AMI_PORT": "5038"]).configuration?.ami.port == 5038)
        #expect(loadConfiguration(json: #"{"ami":{"tls":true,"port":5040}}"#).configuration?.ami.port == 5040)
    }

    @Test(arguments: ["localhost", "10.0.0.1", "pbx-1.example.com", "::1", "[fe80::1]"])
    func `this is a host`(text: String) { #expect(loadConfiguration(["AMI_HOST": text]).errors == []) }

    @Test(arguments: ["pbx:5038", "http://pbx", "two words", "[pbx]"])
    func `this is not a host`(text: String) { #expect(loadConfiguration(["AMI_HOST": text]).errors.count == 1) }

    @Test(arguments: [
        ("https://api.example.com/v1/", "https://api.example.com/v1", false),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1", false),
        ("http://localhost//", "http://localhost", false),
        ("http://[::1]:80", "http://[::1]:80", false),
        ("http://127.0.0.1.example.com/v1", "http://127.0.0.1.example.com/v1", true),
        ("HTTP://api.example.com", "HTTP://api.example.com", true),
    ])
    func `the address of the API loses its last slash, and http elsewhere is warned about`(
        text: String,
        base: String,
        isWarned: Bool
    ) {
        let result = loadConfiguration(["API_URL": text])
        #expect(result.configuration?.api.baseURL == base)
        #expect(result.warningTexts.contains { $0.hasPrefix("API_URL sends calls") } == isWarned)
    }

    @Test(arguments: [
        "ftp://x", "api.example.com", "https://", "https://u:p@x/", "https://x/?a=b", "https://x:0/", "https://x:99999",
        "https://a b", "https://x#y", "https://a:b:c",
    ])
    func `this is not an address of the API`(text: String) {
        #expect(loadConfiguration(["API_URL": text]).errors.count == 1)
    }

    @Test(arguments: ["http://proxy:3128", "socks5h://u:p@proxy:1080", "https://proxy/"])
    func `this is a proxy`(text: String) {
        #expect(loadConfiguration(["API_PROXY": text]).configuration?.api.proxy?.revealed == text)
    }

    @Test func `variables for proxies are ignored`() {
        #expect(
            loadConfiguration(["https_proxy": "http://p:1", "HTTPS_PROXY": "http://p:1"]).configuration?.api.proxy
                == nil
        )
    }

    @Test func `a zone is one that the system knows`() {
        #expect(
            loadConfiguration(["PBX_TZ": "America/Toronto"]).configuration?.general.pbxTimeZone?.name
                == "America/Toronto"
        )
        #expect(
            loadConfiguration(["PBX_TZ": "Mars/Base"]).errorTexts == [
                "PBX_TZ is 'Mars/Base' (environment); set it to an IANA time zone of this system "
                    + "such as America/Toronto (package tzdata)"
            ]
        )
    }

    @Test func `lists lose blanks and empty items`() throws {
        let configuration = try #require(
            loadConfiguration(["RECORDING_WATCH_PATHS": " /a , ,/b,", "RECORDING_FILE_EXTENSIONS": ".WAV, Mp3"])
                .configuration
        )
        #expect(configuration.recordings.watchPaths == ["/a", "/b"])
        #expect(configuration.recordings.fileExtensions == ["wav", "mp3"])
    }

    @Test(arguments: [
        "RECORDING_WATCH_PATHS": "/a,b", "RECORDING_FILE_EXTENSIONS": ",", "ASTERISK_INTL_PREFIXES": "00,x",
    ])
    func `a list with a wrong item is refused`(name: String, value: String) {
        #expect(loadConfiguration([name: value]).errors.count == 1)
    }

    @Test func `empty means not set, except where it means none`() throws {
        let empty = Dictionary(uniqueKeysWithValues: SettingTable.byVariable.keys.map { ($0, "") })
        let configuration = try #require(loadConfiguration(empty.merging(requiredVariables) { $1 }).configuration)
        #expect(configuration.recordings.watchPaths == [] && !configuration.recordings.isEnabled)
        #expect(configuration.reporting.filter.excludedDestinations == [])
        let standard = try #require(loadConfiguration().configuration).report.settings
        let changed = zip(configuration.report.settings, standard).filter { $0.value != $1.value }.map { $0.0.name }
        #expect(changed.sorted() == ["CDR_FILTER_EXCLUDE_DST", "RECORDING_WATCH_PATHS"])
    }

    @Test func `a key of another form is used with a warning`() {
        let result = loadConfiguration(["API_KEY": "token-of-mine"])
        #expect(result.configuration?.api.key.revealed == "token-of-mine")
        #expect(
            result.warningTexts == [
                "API_KEY does not have the standard form, sk_ and 32 letters or digits; it is used as it is"
            ]
        )
    }
}
