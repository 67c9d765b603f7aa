import Basics
import Daemon
import TestSupport
import Testing

@testable import Connector

struct ConfigurationErrorsTests {
    /// One wrong value for everything that can be wrong.
    private static func everythingWrong() -> LoadResult<Configuration> {
        let wrong = SettingTable.settings.filter { $0.contentOf == nil }.compactMap { setting in
            setting.variable.flatMap { name in setting.counterexample.map { (name, $0) } }
        }
        return loadConfiguration(Dictionary(uniqueKeysWithValues: wrong))
    }

    @Test func `each wrong value has an error that says what to do, and all are listed at once`() throws {
        let result = Self.everythingWrong()
        #expect(result.configuration == nil)
        #expect(result.errors.count > 45)
        try expectGolden(result.errorTexts.flatMap { Array("\($0)\n".utf8) }, "configuration/errors.txt")
    }

    @Test func `errors of all sources come together`() {
        let result = loadConfiguration(
            ["API_TIMEOUT": "0", "API_KEY_FILE": "/run/nokey", "AMI_PASSWORD_FILE": "./empty"],
            json: #"{"ami": 1, "cdr": {"batch_size": [1], "batch_timeout": 1.5, "mode": "other"}}"#,
            envFile: "REGION=eu1\nAMI_PORT",
            files: ["./empty": "\n"]
        )
        #expect(
            result.errorTexts == [
                ".env, line 2: there is no '='; write NAME=value, or # before a comment",
                "ami in config.json is not a JSON object; write its settings between { and }",
                "REGION is 'eu1' (env-file .env); set it to ca1, us1 or us2; an API elsewhere, such as that of dev, is "
                    + "named by API_URL",
                "API_TIMEOUT is '0' (environment); set it to a whole number of seconds from 1 to 600",
                "cdr.mode is 'other' (file config.json); set it to batch or direct",
                "cdr.batch_size is '[1]' (file config.json); set it to a whole number from 1 to 10000",
                "cdr.batch_timeout is '1.5' (file config.json); "
                    + "set it to a whole number of seconds from 1 to 3600",
                "the file that API_KEY_FILE names cannot be read (open /run/nokey: No such file or directory); "
                    + "correct the path or the rights of the file",
                "the file ./empty that AMI_PASSWORD_FILE names is empty; write the secret into it",
            ]
        )
    }

    @Test func `files that are not there are named by what named them`() {
        let result = Configuration.load(
            SettingSources(
                configFile: "/nowhere/c.json",
                envFile: "/nowhere/.env",
                environment: requiredVariables
            )
        )
        let reason = "No such file or directory); correct the path or the rights of the file"
        #expect(
            result.errorTexts == [
                "the file that --env-file names cannot be read (open /nowhere/.env: \(reason)",
                "the file that --config names cannot be read (open /nowhere/c.json: \(reason)",
            ]
        )
        #expect(
            loadConfiguration(["ASTERISK_CONFIG_FILE": "x"]).errorTexts == [
                "the file that ASTERISK_CONFIG_FILE names cannot be read (open x: \(reason)"
            ]
        )
    }

    @Test(arguments: [
        ("{\n  \"a\": 1,\n}", "config.json is not JSON: expected a member's name in quotes at line 3, column 1; "),
        ("", "config.json is not JSON: the text ends too early at line 1, column 1; "),
        ("{} x", "config.json is not JSON: unexpected text after the value at line 1, column 4; "),
    ])
    func `what is not JSON is said with its place`(json: String, text: String) {
        #expect(loadConfiguration(json: json).errorTexts == [text + "correct the file"])
    }

    @Test func `the JSON file holds an object and may begin with a byte order mark`() {
        #expect(
            loadConfiguration(json: "[]").errorTexts == [
                "config.json does not hold a JSON object; write its sections between { and }"
            ]
        )
        #expect(loadConfiguration(json: "\u{feff}{}").errors == [])
    }

    @Test func `a value is shown on one line, cut, and without what an address may hide`() {
        #expect(SettingInput.text("a\nb\u{1b}c").shown == "a b c")
        #expect(SettingInput.text(String(repeating: "x", count: 100)).shown.count == 80)
        #expect(SettingInput.text("https://me:pw@host/?token=1").shown == "https://********@host/?********")
        #expect(SettingInput.text("me:pw@host").shown == "********@host")
    }

    @Test func `no secret shows anywhere`() throws {
        let proxy = "http://user:proxy-password@proxy:3128"
        let json = #"{"api":{"proxy":"\#(proxy)"},"ami":{"passwort":"\#(Hidden.password)"}}"#
        let good = loadConfiguration(["API_KEYS": Hidden.key], json: json)
        let configuration = try #require(good.configuration)
        var dumped = ""
        dump(configuration, to: &dumped)
        dump(good, to: &dumped)
        let badKey = "key with blank \(Hidden.key)"
        let bad = loadConfiguration(
            [
                "API_KEY": badKey, "AMI_PASSWORD": "\(Hidden.password)\n", "API_PROXY": "proxy-password",
                "API_URL": "https://user:proxy-password@x",
            ],
            envFile: "A B=\(Hidden.key)\nAPI_KEY='\(Hidden.key)\nX=\"\(Hidden.password)\" y\n\(Hidden.password)"
        )
        #expect(bad.errors.count == 8)
        dump(bad, to: &dumped)
        let misplaced = loadConfiguration(
            ["API_KEY_FILE": Hidden.key, "AMI_PASSWORD_FILE": Hidden.password],
            json: #"{"ami":{"username":{"password":"\#(Hidden.password)"}}}"#,
            required: ["AMI_HOST": "pbx"]
        )
        #expect(misplaced.errors.count == 3)
        dump(misplaced, to: &dumped)
        let texts =
            configuration.report.settings.map(\.description) + good.warningTexts + bad.errorTexts + bad.warningTexts
            + misplaced.errorTexts
            + ["\(configuration)", String(reflecting: configuration), dumped]
        for secret in [Hidden.key, Hidden.password, "proxy-password"] {
            #expect(!texts.contains { $0.contains(secret) })
        }
        #expect(texts.contains("API_KEY=******** (environment)"))
        #expect(texts.contains("API_PROXY=******** (file config.json)"))
    }
}
