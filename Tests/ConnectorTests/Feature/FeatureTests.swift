import Basics
import Daemon
import HTTP
import TestSupport
import Testing

@testable import Connector

/// What a new service costs: its folder, and a word in the list of features.
struct FeatureTests {
    private static let program = ConnectorProgram.definition(of: ConnectorProgram.features + [GreetingFeature.self])

    private func load(_ variables: [String: String], json: String? = nil) -> LoadResult<GreetingFeature.Configuration> {
        let sources = SettingSources(configFile: json.map { _ in "config.json" }, environment: variables) {
            (_, _) throws(SystemError) in Array((json ?? "").utf8)
        }
        var loader = SettingsLoader(sources, known: Self.program.settings)
        let configuration = loader.load(GreetingFeature.self)
        return LoadResult(configuration, loader.finish())
    }

    @Test func `its settings come from all sources, with the errors of every setting`() throws {
        let loaded = try #require(
            load(["GREETING_REPEATS": "2"], json: #"{"greeting": {"text": "bonjour", "repeats": 7}}"#).configuration
        )
        #expect(loaded.text == "bonjour" && loaded.repeats == 2)
        let wrong = load(["GREETING_REPEATS": "ten", "GREETING_TOKN": "x", "AMI_PORT": "none"])
        #expect(wrong.shownErrors.count == 1 && wrong.shownErrors[0].hasPrefix("GREETING_REPEATS is 'ten'"))
        #expect(wrong.shownWarnings.count == 1 && wrong.shownWarnings[0].contains("did you mean GREETING_TOKEN?"))
        let contradiction = load(["GREETING_TEXT": "silence", "GREETING_REPEATS": "2"])
        #expect(contradiction.shownErrors == ["GREETING_TEXT is silence; set GREETING_REPEATS to 1"])
    }

    @Test func `its secrets are hidden everywhere`() {
        let result = load(["GREETING_TOKEN": "s3cret-of-greeting", "GREETING_TEXT": "s3cret-of-greeting"])
        let shown = result.report.settings.map(\.description).joined(separator: "\n")
        #expect(!shown.contains("s3cret") && shown.contains("GREETING_TOKEN=********"))
    }

    @Test func `its commands are found, helped with and run`() async throws {
        guard case .run(let count) = Self.program.parse(["greeting", "count"]),
            case .show(let group, _) = Self.program.parse(["greeting"]),
            case .show(let help, .success) = Self.program.parse(["greeting", "say", "--help"]),
            case .show(let mistake, .usage) = Self.program.parse(["greeting", "cont"]),
            case .show(let program, .success) = Self.program.parse(["--help"])
        else {
            Issue.record("a command of the feature is not there")
            return
        }
        #expect(try await count.command.run(count) == .success)
        #expect(group.contains("greeting say") && group.contains("Count greetings"))
        #expect(help.hasPrefix("Say it once.") && help.contains("--env-file FILE"))
        #expect(mistake.contains("did you mean 'greeting count'?") || mistake.contains("greeting count"))
        #expect(program.contains("greeting count"))
    }

    @Test func `the manual page, the completions and the documents have it`() throws {
        let manual = ManualPage(Self.program).text
        for text in [".SS \"greeting count", "GREETING_REPEATS", ".SS Greeting"] { #expect(manual.contains(text)) }
        for text in [
            BashCompletion(Self.program).text, ZshCompletion(Self.program).text, FishCompletion(Self.program).text,
        ] { #expect(text.contains("greeting") && text.contains("count") && text.contains("from")) }
        let section = try #require(Self.program.settings.first { $0.title == "Greeting" })
        #expect(ConfigurationDocuments.section(section).contains("| `GREETING_REPEATS` | `1` | How often. |"))
    }

    @Test func `its routes and metrics are served with those of every service`() async throws {
        let registry = Registry()
        let feature = GreetingFeature(try #require(load([:]).configuration), registry)
        let service = ServiceRoutes(metrics: registry.render, problems: { feature.problems }, status: { [] })
        let router = try Router(feature.routes + service.routes(access: .open))
        func get(_ path: String) async -> String {
            String(decoding: await router.answer(ServerRequest(method: "GET", path: path)).body, as: UTF8.self)
        }
        #expect(await get("/greetings/Ann") == "hello, Ann\n")
        #expect(await get("/readyz") == "ready\n")
        #expect(await get("/metrics").contains("asterisk_connector_greetings_total 1\n"))
    }

    @Test func `nothing of it is in the program without it`() {
        #expect(!ConnectorProgram.definition.commands.contains { $0.name.hasPrefix("greeting") })
        #expect(!ConnectorProgram.definition.settings.contains { $0.title == "Greeting" })
    }
}
