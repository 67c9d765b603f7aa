package import CallRecords
package import Daemon

/// What of CDRs is sent, and which way each call went.
package struct ReportingConfiguration: Sendable {
    package var filter = FilterConfiguration()
    package var direction = DirectionConfiguration()

    package init() {}

    /// Reads all settings of both.
    package init(_ loader: inout SettingsLoader) {
        filter = loader.load([FilterConfiguration.settings])
        direction = loader.load([DirectionConfiguration.settings, DirectionConfiguration.contextSettings])
    }

    /// The decisions on each CDR.
    package var policy: RecordPolicy {
        RecordPolicy(direction: direction.directionSettings, filters: filter.filterSettings)
    }
}
