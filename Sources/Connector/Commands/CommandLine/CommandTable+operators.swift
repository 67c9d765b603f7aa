/// The commands that look into the spool, running or not.
extension CommandTable {
    static let forOperators = [
        CommandDefinition(
            command: .spoolStatus,
            summary: "Show what became of all records",
            discussion: "Also how full the spool is. " + asks + " Ends with 1 when records are not accounted for.",
            options: [json] + configuration
        ),
        CommandDefinition(
            command: .deadLettersList,
            summary: "List records that the API refused for good",
            discussion: asks + " The first ones first. Numbers of callers are not shown.",
            options: [limit, all, json] + configuration
        ),
        CommandDefinition(
            command: .deadLettersShow,
            summary: "Show one dead letter with all that is in it",
            discussion: asks,
            arguments: [ArgumentDefinition(name: "ID", help: "The number from the list")],
            options: [json] + configuration
        ),
        CommandDefinition(
            command: .deadLettersRetry,
            summary: "Send dead letters to the API again",
            discussion: "They wait behind all that waits now. What the API refuses again becomes a dead letter again, "
                + "under a new number.",
            arguments: [ids],
            options: [.flag("all", "All there are"), json] + configuration
        ),
        CommandDefinition(
            command: .deadLettersDrop,
            summary: "Remove dead letters for good",
            discussion: "They are counted as dropped, and nothing else is left of them: 'dead-letters export' first "
                + "keeps a copy. Asks on a terminal; elsewhere it needs --yes.",
            arguments: [ids],
            options: [.flag("all", "All there are"), .flag("yes", "Do not ask"), json] + configuration
        ),
        CommandDefinition(
            command: .deadLettersExport,
            summary: "Write all dead letters as JSON, one record a line",
            discussion: "They stay where they are. The file, which only its owner can read, has numbers of callers.",
            arguments: [
                ArgumentDefinition(name: "FILE", help: "Where to; else to standard output", isRequired: false)
            ],
            options: configuration
        ),
        CommandDefinition(
            command: .recordingsList,
            summary: "List recordings that wait or were given up",
            discussion: asks + " Those that were given up (parked) come first, then those that wait; each with the "
                + "reason why its last upload failed. The names of files may hold numbers of callers.",
            options: [
                .text("state", "STATE", "Only those in this state: seen (looked at once), waiting, done or parked"),
                limit,
                all, json,
            ] + configuration
        ),
        CommandDefinition(
            command: .recordingsRetry,
            summary: "Upload recordings again that were given up",
            discussion: "They wait with the others, and their failed attempts are forgotten. Ends with 1 when one of "
                + "them is not there or is not parked.",
            arguments: [ids],
            options: [.flag("all", "All there are"), json] + configuration
        ),
        CommandDefinition(
            command: .recordingsScan,
            summary: "Tell of each file whether it would be uploaded, or why not",
            discussion: "Walks through RECORDING_WATCH_PATHS by the rules of the configuration, and changes nothing. "
                + "What is uploaded, waiting or parked already it learns from the connector that runs, or from the "
                + "spool. Run it as the user of the connector, who may not be able to read what root can. Ends with 1 "
                + "when something cannot be read.",
            options: [
                .flag("dry-run", "Needed: without it, scanning is what 'run' does"),
                .flag("all", "List files of other extensions too, and do not only count them"), json,
            ] + configuration
        ),
        CommandDefinition(
            command: .gaps,
            summary: "List times in which records could have been missed",
            discussion: asks + " The latest ones, the newest last.",
            options: [limit, all, json] + configuration
        ),
    ]

    private static let asks = "Asks the connector that runs; when none does, it looks into the spool itself."
    private static let ids = ArgumentDefinition(
        name: "ID",
        help: "Numbers from the list",
        isRequired: false,
        isRepeated: true
    )
    private static let json = OptionDefinition.flag("json", "Show it as JSON")
    private static let limit = OptionDefinition.integer("limit", "N", 1...1_000_000, default: 100, "The most to show")
    private static let all = OptionDefinition.flag("all", "Show all, however many there are")
}
