package import CallRecords
import Daemon

/// The settings for CDRs: filters and directions.
package struct ReportingConfiguration: Configurable {
    package var filter = FilterConfiguration()
    package var direction = DirectionConfiguration()

    package init() {}

    /// The rules for each CDR.
    package var policy: RecordPolicy {
        RecordPolicy(direction: direction.directionSettings, filters: filter.filterSettings)
    }
}
