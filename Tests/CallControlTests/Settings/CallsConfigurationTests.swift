import Basics
import Daemon
import Redis
import TestSupport
import Testing

@testable import CallControl

struct CallsConfigurationTests {
    private let required = [
        "JWT_SECRET": "0123456789abcdef0123456789abcdef", "AMI_PASSWORD": "pbx-password",
    ]

    private func load(_ variables: [String: String], replacing base: [String: String]? = nil) -> LoadResult<
        CallsConfiguration
    > {
        let all = (base ?? required).merging(variables) { $1 }
        let sections = [CallsConfiguration.settings.section] + CallsConfiguration.amiSettings.map(\.section)
        var loader = SettingsLoader(SettingSources(environment: all), known: sections)
        let configuration = CallsConfiguration.load(&loader)
        return LoadResult(configuration, loader.finish())
    }

    private func errors(_ variables: [String: String]) -> [String] { load(variables).shownErrors }

    @Test func `two secrets are enough, everything else has a default`() throws {
        let configuration = try #require(load([:]).configuration)
        #expect(configuration.host == "127.0.0.1" && configuration.port == 8004 && !configuration.isTLS)
        #expect(configuration.ami.host == "localhost" && configuration.ami.port == 5038)
        #expect(configuration.ami.username == "admin" && configuration.actionTimeout == 5000)
        #expect(configuration.accessLife == .seconds(900) && configuration.refreshLife == .seconds(43_200))
        #expect(configuration.tokenKeys.count == 1 && configuration.publicHosts == ["localhost"])
        #expect(configuration.extensionPattern == .standard && configuration.staleInterval == .seconds(60))
        #expect(configuration.database == "/var/lib/asterisk-connector/calls.db")
    }

    @Test func `both secrets are required, together in one report`() {
        let errors = load([:], replacing: [:]).shownErrors
        #expect(errors.count == 2)
        #expect(errors.contains { $0.contains("JWT_SECRET") } && errors.contains { $0.contains("AMI_PASSWORD") })
    }

    @Test func `the older names mean the same`() throws {
        let old = try #require(load(["PORT": "9001", "ASTERISK_AMI_USERNAME": "crm"]).configuration)
        #expect(old.port == 9001 && old.ami.username == "crm")
        let both = try #require(load(["PORT": "9001", "CALLS_PORT": "9002", "AMI_USERNAME": "calls"]).configuration)
        #expect(both.port == 9002 && both.ami.username == "calls")
        #expect(try #require(load(["AMI_TLS": "yes"]).configuration).ami.port == 5039)
    }

    @Test func `an address beyond this machine needs TLS or a proxy`() {
        #expect(errors(["CALLS_BIND": "0.0.0.0"]).first?.contains("in clear") == true)
        #expect(errors(["CALLS_BIND": "0.0.0.0", "CALLS_BEHIND_TLS_PROXY": "true"]) == [])
        for host in ["127.0.0.2", "localhost", "::1"] { #expect(errors(["CALLS_BIND": host]) == []) }
    }

    @Test func `certificate and key come together and are what they say`() throws {
        let directory = TemporaryDirectory()
        try FileContents.write(Array("-----BEGIN CERTIFICATE-----\n".utf8), to: directory.file("cert.pem"))
        try FileContents.write(Array("-----BEGIN PRIVATE KEY-----\n".utf8), to: directory.file("key.pem"))
        let certificate = directory.file("cert.pem")
        let files = ["CALLS_TLS_CERT_FILE": certificate, "CALLS_TLS_KEY_FILE": directory.file("key.pem")]
        let configuration = try #require(load(files.merging(["CALLS_BIND": "::"]) { $1 }).configuration)
        #expect(configuration.isTLS)
        #expect(errors(["CALLS_TLS_CERT_FILE": certificate]).count == 1)
        #expect(errors(files.merging(["CALLS_TLS_KEY_FILE": certificate]) { $1 }).count == 1)
    }

    @Test func `several keys verify, and a short one among them is refused without being shown`() throws {
        let (first, second) = (String(repeating: "a", count: 32), String(repeating: "b", count: 40))
        #expect(try #require(load(["JWT_SECRET": "\(first), \(second),"]).configuration).tokenKeys.count == 2)
        let errors = errors(["JWT_SECRET": "\(first),too-short"])
        #expect(errors.count == 1 && !errors[0].contains("too-short") && !errors[0].contains("aaaa"))
    }

    @Test(
        arguments: [
            ("*", false), ("https://crm.example.com", true), ("http://crm.example.com:8080", true), ("null", true),
            ("file://", true), ("https://crm.example.com/", false), ("https://u@crm.example.com", false),
            ("crm.example.com", false), ("ftp://crm.example.com", false), ("https://CRM.example.com", false),
        ]
    )
    func `origins are those that browsers send`(origin: String, isAllowed: Bool) {
        #expect(errors(["CALLS_CORS_ORIGINS": origin]).isEmpty == isAllowed)
    }

    @Test func `origins of desktop programs are warned about`() {
        #expect(load(["CALLS_CORS_ORIGINS": "null,https://crm.example.com"]).warnings.count == 1)
        #expect(load(["CALLS_CORS_ORIGINS": "https://crm.example.com"]).warnings.isEmpty)
    }

    @Test func `without a host there is no Redis, and one place is enough`() throws {
        #expect(try load([:]).configuration?.redis.connection() == nil)
        let named = ["REDIS_HOST": "redis.example.com", "REDIS_DB": "3", "REDIS_USER": "calls", "REDIS_PASSWORD": "p"]
        let result = load(named)
        #expect(result.warnings.count == 1)
        let redis = try #require(try result.configuration?.redis.connection())
        #expect(redis.place == "redis.example.com:6379/3" && redis.user == "calls" && redis.password?.revealed == "p")
        let url = load(["REDIS_URL": "rediss://calls:p@redis.example.com/1", "REDIS_PREFIX": "pbx1:"])
        #expect(url.warnings.isEmpty && url.configuration?.redis.prefix == "pbx1:")
        #expect(load(["REDIS_HOST": "127.0.0.1"]).warnings.isEmpty)
        #expect(errors(["REDIS_HOST": "a", "REDIS_URL": "redis://b"]).count == 1)
        let wrong = errors(["REDIS_URL": "http://user:hidden@b"])
        #expect(wrong.count == 1 && !wrong[0].contains("hidden"))
    }

    @Test(
        arguments: [
            ("CALLS_HOLD_CONTEXT", "a,b"), ("CALLS_EXTENSION_PATTERN", "[0-9"), ("PUBLIC_IP", "*"),
            ("TRUSTED_PROXIES", "10.0.0.0/33"), ("CALLS_STALE_SECONDS", "0"), ("JWT_ACCESS_TTL", "1"),
            ("REDIS_EVENT_MAX", "1"), ("REDIS_EVENT_TTL", "0"), ("REDIS_TIMEOUT", "0"), ("REDIS_PORT", "0"),
        ]
    )
    func `values out of range are refused`(variable: String, value: String) {
        #expect(errors([variable: value]).count == 1)
    }

    @Test(
        arguments: [
            ("^[0-9]{2,7}$", "1001", true), ("^[0-9]{2,7}$", "1", false), ("^[0-9]{2,7}$", "12345678", false),
            ("^(1|2)[0-9]{3}$", "2001", true), ("^(1|2)[0-9]{3}$", "3001", false), ("^[a-z]+$", "anna", true),
            ("^[a-z]+$", "", false), ("^[0-9]{2,7}$", "10a", false),
        ]
    )
    func `the pattern says what an extension is`(pattern: String, name: String, isExtension: Bool) throws {
        let pattern = try #require(ExtensionPattern(pattern))
        #expect(pattern.matches(Array(name.utf8)[...]) == isExtension)
    }
}
