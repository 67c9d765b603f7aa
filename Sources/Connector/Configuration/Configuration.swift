package import Basics
package import CallRecords

/// Everything an administrator can set, checked and in the units the program works with.
///
/// A new value holds the defaults; `load` gives one with what files and the environment say. The names, limits and
/// meanings of all settings are in `SettingTable`.
package struct Configuration: Sendable {
    package var api = API()
    package var ami = AMI()
    package var logging = Logging()
    package var records = Records()
    package var filter = Filter()
    package var direction = Direction()
    package var recordings = Recordings()
    package var spool = Spool()
    package var monitoring = Monitoring()
    /// Sent with every request, so that the receiver can tell one PBX from another.
    package var hostname = HostName.current
    /// The zone of local times that nothing else dates; without it they count as UTC.
    package var pbxTimeZone: TimeZoneRules?
    /// The JSON file that was read.
    package var configFile: String?
    /// Where each value that is not the default came from, by the label of its setting.
    var origins: [String: SettingOrigin] = [:]
    /// All that must not be shown, whatever setting has it.
    var secrets: [Secret] = []
    /// The lists of `ASTERISK_CUSTOM_CONTEXTS` as they were given.
    var namedContexts: [String: [String]] = [:]

    package init() {}

    /// Gives the content of a file, and of a pipe where that is allowed.
    package typealias ReadFile = (String, FileContents.Kind) throws(SystemError) -> [UInt8]

    /// The content of a file that is not too large for one that people write: 1 MiB.
    package static func content(of path: String, _ kind: FileContents.Kind = .file) throws(SystemError) -> [UInt8] {
        try FileContents.read(path, limit: 1 << 20, from: kind)
    }

    /// Reads a configuration: defaults, then the JSON file, then the env-file, then the environment.
    ///
    /// Blocks while it reads files.
    ///
    /// - Parameters:
    ///   - configFile: the JSON file; `nil`: the one that `ASTERISK_CONFIG_FILE` names, if any.
    ///   - envFile: a `.env` file, which fills in what `environment` leaves open.
    ///   - environment: the variables of the process.
    ///   - readFile: gives the content of a file.
    package static func load(
        configFile: String? = nil,
        envFile: String? = nil,
        environment: [String: String],
        readFile: ReadFile = content
    ) -> LoadResult {
        load(SettingTable.settings, configFile: configFile, envFile: envFile, environment: environment, readFile)
    }

    /// Reads some settings only; all others keep their defaults and may be missing or wrong.
    static func load(
        _ settings: [Setting],
        configFile: String?,
        envFile: String?,
        environment: [String: String],
        _ readFile: ReadFile = content
    ) -> LoadResult {
        var loader = ConfigurationLoader(
            settings,
            environment: environment,
            envFile: envFile,
            configFile: configFile
        )
        loader.run(readFile: readFile)
        return loader.result
    }

    /// The same, but only the place and the size of the spool count: nothing else has to be there or to be right.
    package static func loadSpool(
        configFile: String? = nil,
        envFile: String? = nil,
        environment: [String: String],
        readFile: ReadFile = content
    ) -> LoadResult {
        var loader = ConfigurationLoader(
            SettingTable.spoolPlace,
            environment: environment,
            envFile: envFile,
            configFile: configFile
        )
        loader.run(readFile: readFile)
        return loader.result
    }

    package struct API: Sendable {
        package var key = Secret("")
        package var keyFile: String?
        package var region = Region.us1
        /// Replaces the base made from the region; without a slash at its end.
        package var url: String?
        /// For one request of records.
        package var timeout = Duration.seconds(30)
        package var gzip = true
        package var acknowledgement = AcknowledgementRules.Mode.json
        /// A secret because it may hold a password.
        package var proxy: Secret?
        /// PEM of the authorities to trust instead of the system's.
        package var tlsCAFile: String?

        /// What the paths of all requests are added to, without a slash at its end.
        package var baseURL: String { url ?? "https://api-\(region.rawValue).sipstack.com/v1" }
    }

    package enum Region: String, Sendable, CaseIterable {
        case ca1, us1, us2
    }

    package struct AMI: Sendable {
        package var host = ""
        package var port: UInt16 = 5038
        package var username = ""
        package var password = Secret("")
        package var passwordFile: String?
        package var tls = false
        /// PEM of the authorities to trust instead of the system's.
        package var tlsCAFile: String?
        package var tlsVerify = true
    }

    package struct Logging: Sendable {
        package var level = LogLevel.info
        package var format = LogFormat.text
    }

    /// How CDRs and CELs are grouped and sent.
    package struct Records: Sendable {
        package var mode = Mode.batch
        /// The most records (CDRs and CELs together) in a request.
        package var batchSize = 200
        package var batchTimeout = Duration.seconds(30)
        package var forceTimeout = Duration.seconds(5)
        /// Requests in flight in direct mode.
        package var maxConcurrent = 10

        /// How long a partial batch waits for more records.
        package var longestWait: Duration { min(batchTimeout, forceTimeout) }

        package enum Mode: String, Sendable, CaseIterable {
            /// Many records in a request.
            case batch
            /// One record in a request.
            case direct
        }
    }

    /// Which CDRs are not sent.
    package struct Filter: Sendable {
        package var isEnabled = true
        package var queueAttempts = false
        package var zeroDuration = false
        package var internalOnly = false
        package var minimumDuration = Duration.zero
        package var excludedDestinations = ["h"]
    }

    /// What decides whether a call is inbound, outbound or internal.
    package struct Direction: Sendable {
        package var priority = DirectionPriority.origin
        package var extensionMinLength = 2
        package var extensionMaxLength = 7
        package var internationalPrefixes = ["011", "00", "+"]
        package var e164Enabled = true
        package var cacheEnabled = true
        package var cacheTTL = Duration.seconds(3600)
        package var detectTransfers = true
        /// Added to the built-in patterns.
        package var contexts = ContextPatterns()
    }

    package struct Recordings: Sendable {
        /// Absolute paths; none turns recordings off.
        package var watchPaths = ["/var/spool/asterisk/monitor"]
        /// In lower case, without the dot.
        package var fileExtensions = ["wav", "mp3", "gsm"]
        package var checkInterval = Duration.seconds(30)
        /// Since the last write.
        package var minimumAge = Duration.seconds(2 * 60)
        package var minimumFileBytes = 1024
        /// Larger files are left alone.
        package var maximumFileBytes = 4 << 30
        /// Of the audio.
        package var minimumDuration = Duration.zero
        /// Since the last write; older files are left alone.
        package var maximumAge = Duration.seconds(24 * 3600)
        package var includePatterns: [String] = []
        package var excludePatterns: [String] = []
        /// The wait before a failed upload is tried again; zero: it is not.
        package var uploadRetry = Duration.seconds(5 * 60)
        package var deleteAfterUpload = false
        package var maxConcurrentUploads = 10
        /// Of all uploads together; zero is no limit.
        package var maxBytesPerSecond = 0

        package var isEnabled: Bool { !watchPaths.isEmpty }
    }

    package struct Spool: Sendable {
        package var directory = "/var/lib/asterisk-connector"
        package var maximumBytes = 2_147_483_648
    }

    package struct Monitoring: Sendable {
        package var isEnabled = true
        /// 0: any free port.
        package var port: UInt16 = 8000
        package var bind = "127.0.0.1"
        /// Names that the header Host may have, beside those of loopback and `bind`; `*`: any.
        package var hosts: [String] = []
        /// There exactly when there is a password.
        package var username: String?
        package var password = Secret("")
        package var passwordFile: String?
        /// PEM; there exactly when there is a key.
        package var tlsCertificateFile: String?
        package var tlsKeyFile: String?

        package init() {}

        /// Whether only programs on this machine reach the port.
        var isLoopback: Bool {
            let host = bind.contains(":") ? "[\(bind)]" : bind
            return WebAddress("http://\(host)")?.isLoopback ?? false
        }
    }
}
