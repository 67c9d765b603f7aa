import Daemon
import Delivery
import Recordings
import Testing
import Voicemail

@testable import Connector

struct ConfigurationDefaultsTests {
    /// The table of the contract.
    static let contract = [
        "API_KEY": "", "API_KEY_FILE": "", "REGION": "us1", "API_URL": "", "API_TIMEOUT": "30", "API_GZIP": "true",
        "API_ACK": "json",
        "API_PROXY": "", "API_TLS_CA_FILE": "", "AMI_HOST": "", "AMI_PORT": "5038", "AMI_USERNAME": "",
        "AMI_PASSWORD": "", "AMI_PASSWORD_FILE": "", "AMI_TLS": "false", "AMI_TLS_CA_FILE": "",
        "AMI_TLS_VERIFY": "true", "LOG_LEVEL": "INFO", "LOG_FORMAT": "text", "HOST_HOSTNAME": HostName.current,
        "PBX_TZ": "", "PUID": "1000", "PGID": "1000", "CDR_MODE": "batch", "CDR_BATCH_SIZE": "200",
        "CDR_BATCH_TIMEOUT": "30", "CDR_BATCH_FORCE_TIMEOUT": "5", "CDR_MAX_CONCURRENT": "10",
        "CDR_MAX_MEMORY_FILE_SIZE": "10485760", "CDR_MAX_CONCURRENT_UPLOADS": "10", "CDR_FILTER_ENABLED": "true",
        "CDR_FILTER_QUEUE_ATTEMPTS": "false", "CDR_FILTER_ZERO_DURATION": "false",
        "CDR_FILTER_INTERNAL_ONLY": "false", "CDR_FILTER_MIN_DURATION": "0", "CDR_FILTER_EXCLUDE_DST": "h",
        "ASTERISK_CONFIG_FILE": "", "ASTERISK_EXT_MIN_LENGTH": "2", "ASTERISK_EXT_MAX_LENGTH": "7",
        "ASTERISK_INTL_PREFIXES": "011,00,+", "ASTERISK_E164_ENABLED": "true", "ASTERISK_ENABLE_CACHE": "true",
        "ASTERISK_CACHE_TTL": "3600", "ASTERISK_DIRECTION_PRIORITY": "origin", "ASTERISK_DETECT_TRANSFERS": "true",
        "ASTERISK_CUSTOM_CONTEXTS": "",
        "RECORDING_WATCH_PATHS": "/var/spool/asterisk/monitor", "RECORDING_FILE_EXTENSIONS": "wav,mp3,gsm",
        "RECORDING_CHECK_INTERVAL_SECONDS": "30", "RECORDING_MIN_AGE_MINUTES": "2", "RECORDING_MIN_FILE_SIZE": "1024",
        "RECORDING_MAX_BYTES": "4294967296",
        "RECORDING_MIN_DURATION": "0", "RECORDING_MAX_AGE_HOURS": "24", "RECORDING_INCLUDE_PATTERNS": "",
        "RECORDING_EXCLUDE_PATTERNS": "", "RECORDING_UPLOAD_RETRY_MINUTES": "5",
        "RECORDING_MAX_BYTES_PER_SECOND": "0",
        "RECORDING_DELETE_AFTER_UPLOAD": "false", "SPOOL_DIR": "/var/lib/asterisk-connector",
        "SPOOL_MAX_BYTES": "2147483648", "MONITORING_ENABLED": "true", "MONITORING_PORT": "8000",
        "MONITORING_BIND": "127.0.0.1", "MONITORING_HOSTS": "", "MONITORING_USERNAME": "", "MONITORING_PASSWORD": "",
        "MONITORING_PASSWORD_FILE": "", "MONITORING_TLS_CERTIFICATE_FILE": "", "MONITORING_TLS_KEY_FILE": "",
    ]

    @Test func `there is each variable of the contract and no other`() {
        let others = ConfigurationDocuments.separate.flatMap { $0.sections }.flatMap(\.settings).compactMap(\.variable)
        #expect(Set(SettingTable.byVariable.keys) == Set(Self.contract.keys).union(others))
    }

    private static let defaults = loadConfiguration()

    @Test(arguments: contract.sorted { $0.key < $1.key })
    func `a setting has the default of the contract`(name: String, value: String) throws {
        let setting = try #require(SettingTable.byVariable[name])
        let shown = try #require(Self.defaults.configuration).report.settings.first { $0.name == name }
        let isRequired = ["API_KEY", "AMI_HOST", "AMI_USERNAME", "AMI_PASSWORD"].contains(name)
        #expect((setting.isUnused || isRequired ? setting.defaultText : shown?.value) == value)
    }

    @Test func `with the required settings alone everything else has its default`() throws {
        let result = loadConfiguration()
        let configuration = try #require(result.configuration)
        #expect(result.warnings.isEmpty)
        #expect(configuration.api.baseURL == "https://api-us1.sipstack.com/v1")
        #expect(configuration.records.longestWait == .seconds(5))
        #expect(configuration.recordings.isEnabled)
        #expect(configuration.general.pbxTimeZone == nil)
        #expect(configuration.general.hostname == HostName.current)
    }

    @Test func `what is required is missing by name, all at once`() {
        #expect(
            loadConfiguration(required: [:]).errorTexts == [
                "API_KEY is required; set it in the environment or in an env-file, or set api.key in the JSON file",
                "AMI_HOST is required; set it in the environment or in an env-file, or set ami.host in the JSON file",
                "AMI_USERNAME is required; set it in the environment or in an env-file, "
                    + "or set ami.username in the JSON file",
                "AMI_PASSWORD is required; set it in the environment or in an env-file, "
                    + "or set ami.password in the JSON file",
            ]
        )
    }
}
