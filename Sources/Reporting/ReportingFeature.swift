package import AMI
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

    private let gapsUnderWay: @Sendable () -> [Gap]

    /// - Parameter gapsUnderWay: the gaps in events that have not ended yet; must not block.
    package init(_ ingest: Ingest, gapsUnderWay: @escaping @Sendable () -> [Gap]) {
        self.ingest = ingest
        self.gapsUnderWay = gapsUnderWay
    }

    package var services: [any Service] { [ingest] }

    package var problems: [String] { Self.problems(gapsUnderWay()) }

    /// A full ring loses events, so it is a problem; other gaps come from the connection, which reports its own.
    static func problems(_ gaps: [Gap]) -> [String] {
        gaps.filter { $0.cause == .overflow }.map { gap in
            "events are being lost since \(gap.from): \(gap.events) so far; look at the spool and the disk of SPOOL_DIR"
        }
    }
}
