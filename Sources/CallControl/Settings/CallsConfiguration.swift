package import Basics
package import Daemon
package import HTTP

/// The settings of `calls`.
package struct CallsConfiguration: Configurable {
    /// The address of the port.
    package var host = "127.0.0.1"
    package var port: UInt16 = 8004
    package var tlsCertificateFile: String?
    package var tlsKeyFile: String?
    /// Whether a proxy on the way speaks TLS, so that passwords may come in clear.
    package var isBehindTLSProxy = false
    /// The names in Host besides those of loopback and `host`.
    package var publicHosts = ["localhost"]
    package var allowedOrigins: [String] = []
    package var trustedProxies: [String] = []

    package var ami = AMIConfiguration()
    /// One for events, the others for actions; a single one carries both.
    package var amiConnections = 2
    /// How long an action may wait for its answer, in milliseconds.
    package var actionTimeout = 5000

    /// Keys with commas between them: the first one signs, all of them verify.
    package var tokenSecret = Secret("")
    /// The path of a file with the keys, which overrides `tokenSecret`.
    package var tokenSecretFile: String?
    package var accessLife = Duration.seconds(900)
    /// From the login; a refresh does not renew it.
    package var refreshLife = Duration.seconds(43_200)

    package var database = "/var/lib/asterisk-connector/calls.db"
    package var historyDays = 90
    package var auditDays = 365
    /// The zone in which hours and days of statistics begin; `nil` for UTC.
    package var zone: TimeZoneRules?

    package var extensionPattern = ExtensionPattern.standard
    /// How often the model is compared with the PBX.
    package var staleInterval = Duration.seconds(60)
    package var holdContext = "call-hold"
    package var transferContext = "call-transfer"
    package var queueContext = "call-queue"
    package var holdMethod = HoldMethod.redirect
    /// Where calls are made, and which other contexts a request may name.
    package var context = "from-internal"
    package var otherContexts: [String] = []
    /// Names of channel variables that a request may set; one that ends with `*` stands for a prefix.
    package var variables = ["CALLERID", "TRANSFER_ID"]
    /// How an agent's phone is dialled; `{extension}` is replaced.
    package var channelTemplate = "PJSIP/{extension}"
    package var ringTime = Duration.seconds(30)
    /// Below the folder of recordings.
    package var recordTemplate = "{date}/{callId}.wav"
    /// For `/api/dialplan/` from elsewhere than this machine; empty for none.
    package var dialplanToken = Secret("")
    /// The path of a file with the token, which overrides `dialplanToken`.
    package var dialplanTokenFile: String?
    /// Read only, as `functionsFile`.
    package var odbcFile = "/etc/odbc.ini"
    package var functionsFile = "/etc/asterisk/func_odbc.conf"
    /// Where `voice_extensions` is.
    package var dialplanDatabase = DialplanDatabaseSettings()
    package var redis = CallsRedisSettings()
    package var logging = LoggingConfiguration()

    package init() {}

    package var isTLS: Bool { tlsCertificateFile != nil && tlsKeyFile != nil }

    /// The keys of access tokens: the first one signs, all of them verify.
    package var tokenKeys: [JSONWebToken.Key] {
        Self.keys(tokenSecret.revealed).compactMap { JSONWebToken.Key(Secret($0)) }
    }

    var dialplanDigest: SecretDigest? { dialplanToken.revealed.isEmpty ? nil : SecretDigest(dialplanToken) }

    static func keys(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0).trimmingBlanks }.filter { !$0.isEmpty }
    }

    package var trustedNetworks: [IPNetwork] { trustedProxies.compactMap(IPNetwork.init(_:)) }
}

extension CallsConfiguration {
    /// Reads all settings of the service.
    package static func load(_ loader: inout SettingsLoader) -> CallsConfiguration {
        var configuration: CallsConfiguration = loader.load([CallsConfiguration.settings, CallsConfiguration.shared])
        configuration.ami = loader.load(CallsConfiguration.amiSettings)
        configuration.logging = loader.load([LoggingConfiguration.settings])
        return configuration
    }
}
