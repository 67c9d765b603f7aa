/// All commands there are, in the order of the help.
enum CommandTable {
    static let groups = [
        CommandGroup(word: "spool", summary: "Look at the spool"),
        CommandGroup(word: "dead-letters", summary: "Records that the API refused for good: look, send again, remove"),
        CommandGroup(word: "recordings", summary: "Files to be uploaded: look, try again, see why one stays"),
        CommandGroup(word: "simulate", summary: "Play the other side: a PBX or an API"),
        CommandGroup(word: "completion", summary: "Write completions for a shell"),
    ]

    static let commands = main + forOperators + simulations + forPackages

    private static let main = [
        CommandDefinition(
            command: .run,
            summary: "Collect records from Asterisk and send them to the API",
            discussion: "Runs until it is told to stop (SIGTERM or SIGINT). What was not sent then waits in the spool.",
            options: configuration
        ),
        CommandDefinition(
            command: .check,
            summary: "Check the configuration, Asterisk and the API",
            discussion: "Shows each setting, where it came from, and what has to be put right. Changes nothing.",
            options: configuration
        ),
        CommandDefinition(
            command: .healthcheck,
            summary: "Tell whether the connector that runs here works",
            discussion:
                "Asks /healthz at MONITORING_BIND and MONITORING_PORT, or the control socket in SPOOL_DIR where "
                + "MONITORING_ENABLED is false or the port is 0; no other setting counts. Ends with 0 or 1 within 9 s. "
                + "Whether Asterisk and the API are there is another question: /readyz.",
            options: configuration
        ),
        CommandDefinition(
            command: .classify,
            summary: "Tell which way the calls of a file went and what filters do",
            discussion: "Reads JSON objects, one a line, with src, dst, context, dcontext, channel, lastapp, lastdata, "
                + "duration, billsec and disposition, and writes them again with direction, direction_metadata and "
                + "filtered_by. Needs the settings of direction, contexts and filters, and no others. Ends with status "
                + "1 when a line was not JSON; all others are written even so.",
            arguments: [
                ArgumentDefinition(name: "FILE", help: "What to read; without it, standard input", isRequired: false)
            ],
            options: [
                .flag("csv", "Read Asterisk's cdr-csv/Master.csv instead of JSON"),
                .flag("explain", "Write for people which rules were tried, and why each applied or not"),
            ] + configuration
        ),
        CommandDefinition(
            command: .demo,
            summary: "Show the whole way of a call, with nothing to set up",
            discussion: "Starts a simulated PBX, a simulated API and the connector between them, and compares what was "
                + "sent with what arrived.",
            options: [
                .integer("calls", "N", 1...10_000_000, default: 300, "How many calls the PBX plays"),
                .integer("rate", "EVENTS_PER_SECOND", 0...1_000_000, default: 2000, "How fast; 0 is line speed"),
                .integer("seed", "N", 0...Int.max, "Play the same calls again: the number a former run showed"),
                .text("directory", "DIR", "Keep the spool and the logs there; otherwise they are removed"),
                .flag("faults", "Let the API fail in the middle"),
            ]
        ),
    ]

    private static let simulations = [
        CommandDefinition(
            command: .simulatePBX,
            summary: "Play a PBX that speaks AMI",
            discussion: "Accepts clients that log in and plays calls to them as Asterisk would.",
            options: [
                .integer("port", "N", 0...65535, default: 5038, "The TCP port; 0 is any free one"),
                .text("bind", "ADDRESS", default: "127.0.0.1", "The address to listen on"),
                .text("username", "NAME", default: "connector", "The user that may log in"),
                .text("secret", "TEXT", default: "simulated", "The secret of that user, not one of a real PBX"),
                .integer("calls", "N", 0...Int.max, default: 0, "How many calls to play; 0 is without end"),
                .integer("rate", "EVENTS_PER_SECOND", 0...1_000_000, default: 20, "How fast; 0 is line speed"),
                .integer("seed", "N", 0...Int.max, "Play the same calls again"),
                .text("zone", "NAME", default: "UTC", "The IANA time zone of the PBX"),
                .text("log", "FILE", "Write what was played to this file, one line for each record"),
                .flag("wait-for-login", "Play only once a client is logged in"),
                .flag("prerender", "Make all events first, then send them: for measuring"),
                .list("fault", "SPEC", "Something that goes wrong"),
                .flag("no-mappings", "Send CDRs as without mappings in cdr_manager.conf"),
                .flag("no-timestamps", "Send events as without timestampevents in manager.conf"),
            ]
        ),
        CommandDefinition(
            command: .simulateAPI,
            summary: "Play an API that takes records",
            discussion: "Answers as the real one would, or as it is told to.",
            options: [
                .integer("port", "N", 0...65535, default: 8080, "The TCP port; 0 is any free one"),
                .text("bind", "ADDRESS", default: "127.0.0.1", "The address to listen on"),
                .text("log", "FILE", "Write what was received to this file, one line for each record"),
                .text("token", "TEXT", "Accept only requests with this key"),
                .text("behaviour", "JSON", "How to answer: delays, errors and cut connections"),
                .flag("counting", "Only count what comes, and keep none of it"),
            ]
        ),
    ]

    static let configuration: [OptionDefinition] = [
        .text("config", "FILE", "A JSON file with settings; beats ASTERISK_CONFIG_FILE"),
        .text("env-file", "FILE", "A .env file; variables of the environment beat it"),
    ]
}
