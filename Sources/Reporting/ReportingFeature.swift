package import Basics
package import Daemon

/// CDRs and CELs: from the events of the PBX to records in the spool.
package struct ReportingFeature: Feature {
    package static let name = "cdr"

    package static let settings = [
        FilterConfiguration.settings.at(\ReportingConfiguration.filter),
        DirectionConfiguration.settings.at(\ReportingConfiguration.direction),
        DirectionConfiguration.contextSettings.at(\ReportingConfiguration.direction),
    ]

    package static let commands = [
        ClassifyCommand.command, SpoolStatusCommand.command, DeadLettersListCommand.command,
        DeadLettersShowCommand.command, DeadLettersChangeCommand.retry, DeadLettersChangeCommand.drop,
        DeadLettersExportCommand.command, GapsCommand.command,
    ]

    package static let commandGroups = [
        CommandGroup(word: "spool", summary: "Look at the spool"),
        CommandGroup(word: "dead-letters", summary: "Records that the API refused for good: look, send again, remove"),
    ]

    /// The service that stores records.
    package let ingest: Ingest

    package init(_ ingest: Ingest) { self.ingest = ingest }

    package var services: [any Service] { [ingest] }
}
