package import Basics
package import Daemon
import Redis

/// The settings of `callerid`.
package struct CallerIDConfiguration: Configurable {
    package var host = "127.0.0.1"
    package var port: UInt16 = 8000
    /// Whether the log has all messages, whatever `logging` says.
    package var debug = false
    /// The token of administrators; empty refuses all of them.
    package var adminToken = Secret("")
    /// The path of a file with the token, which overrides `adminToken`.
    package var adminTokenFile: String?
    /// The addresses that administrators may come from; empty for all.
    package var adminAddresses: [String] = []
    package var trustedProxies: [String] = []
    package var allowedOrigins: [String] = []
    /// The key that signs JSON Web Tokens; empty refuses them.
    package var secretKey = Secret("")
    /// The path of a file with the key, which overrides `secretKey`.
    package var secretKeyFile: String?
    /// How long a new token is valid.
    package var tokenLife = Duration.seconds(1440 * 60)
    /// Whether `/next-cid` needs a token.
    package var requiresToken = false

    package var reservation = Duration.seconds(300)
    package var requestsPerMinute = 100
    package var hourlyLimit = 100
    package var dailyLimit = 500
    /// The zone in which hours and days begin; `nil` for UTC.
    package var zone: TimeZoneRules?
    package var prefix = ""
    package var isAreaCodeStrict = false
    package var sharesWhenEmpty = false
    package var defaultNumber = ""
    package var defaultTrunk = ""
    package var defaultRoute = "0"

    package var agiHost = "127.0.0.1"
    /// 0 turns FastAGI off.
    package var agiPort: UInt16 = 4573
    package var agiSessions = 1000
    package var isOneWrite = true

    /// The host of Redis; empty for a URL, or for no Redis.
    package var redisHost = ""
    package var redisPort = RedisAddress.defaultPort
    package var redisDatabase = 0
    package var redisUser = ""
    package var redisPassword = Secret("")
    /// The path of a file with the password, which overrides `redisPassword`.
    package var redisPasswordFile: String?
    /// Host, port, user, password and database in one; empty for `redisHost`.
    package var redisURL = Secret("")
    /// What all keys begin with.
    package var redisPrefix = ""
    /// The longest wait for Redis in a decision, in milliseconds.
    package var decisionTimeout = 150
    package var redisAway = RedisAway.serve

    package var directory = "/var/lib/asterisk-connector/callerid"
    /// The port by which an older switch administers trunks.
    package var trunkPort = TrunkPortSettings()
    /// The database of the site that numbers come from.
    package var database = DatabaseSettings()
    /// The share of numbers, in percent, that an import or a sync may take away without force.
    package var dropLimit = 50
    package var auditDays = 90
    /// The share of free numbers, in percent, below which there is a warning.
    package var lowWater = 10
    package var logging = LoggingConfiguration()

    package init() {}

    /// The settings that a decision depends on.
    var policy: SelectionPolicy {
        var policy = SelectionPolicy()
        policy.reservationSeconds = Int(reservation.components.seconds)
        policy.requestsPerMinute = requestsPerMinute
        policy.hourlyLimit = Int32(clamping: hourlyLimit)
        policy.dailyLimit = Int32(clamping: dailyLimit)
        policy.isAreaCodeStrict = isAreaCodeStrict
        policy.sharesWhenEmpty = sharesWhenEmpty
        policy.defaultNumber = defaultNumber.isEmpty ? nil : defaultNumber
        policy.defaultTrunk = defaultTrunk
        policy.defaultRoute = defaultRoute
        policy.zone = zone
        return policy
    }
}
