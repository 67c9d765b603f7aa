import Basics
import Daemon
import HTTP

/// A feature as small as one can be: nothing but this file, and a word in the list, makes it part of the program.
struct GreetingFeature: Feature {
    struct Configuration: Configurable {
        var text = "hello"
        var repeats = 1
        var token = Secret("")

        init() {}
    }

    static let name = "greeting"

    static let settings = [
        SettingGroup<Configuration>(
            title: "Greeting",
            introduction: "How callers are greeted.",
            prefixes: ["GREETING_"],
            settings: [
                Setting("GREETING_TEXT", "greeting.text", at: \.text, .line, "What is said."),
                Setting("GREETING_REPEATS", "greeting.repeats", at: \.repeats, .integer(1...9), "How often."),
                Setting(
                    "GREETING_TOKEN",
                    "greeting.token",
                    at: \.token,
                    .token,
                    "Who may greet.",
                    example: "0123456789abcdef"
                ),
            ]
        ) { greeting, rules in
            if greeting.text == "silence", greeting.repeats > 1 {
                rules.refuse(.contradiction("GREETING_TEXT is silence; set GREETING_REPEATS to 1"))
            }
        }
    ]

    static let commands = [
        Command("greeting say", summary: "Say it once", options: OptionDefinition.configuration) { invocation in
            invocation.settings { $0.load(GreetingFeature.self) } == nil ? .configuration : .success
        },
        Command(
            "greeting count",
            summary: "Count greetings",
            options: [.integer("from", "N", 1...9, default: 3, "Where to begin")]
        ) { invocation in
            invocation.integer("from") == 3 ? .success : .failure
        },
    ]

    static let commandGroups = [CommandGroup(word: "greeting", summary: "Greet")]

    let configuration: Configuration
    let greetings: Counter

    init(_ configuration: Configuration, _ registry: Registry) {
        self.configuration = configuration
        greetings = registry.counter(Registry.prefix + "greetings_total", "Greetings said.")
    }

    var routes: [Route] {
        [
            .immediate(.get, "/greetings/{name}", access: .open) { [configuration, greetings] request in
                greetings.add()
                return ServerResponse(status: 200, text: "\(configuration.text), \(request.parameters["name"] ?? "")\n")
            }
        ]
    }

    var problems: [String] { configuration.text.isEmpty ? ["nothing to say"] : [] }
}
