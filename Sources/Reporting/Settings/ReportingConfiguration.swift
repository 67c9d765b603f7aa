package import CallRecords
import Daemon

/// What of CDRs is sent, and which way each call went.
package struct ReportingConfiguration: Configurable {
    package var filter = FilterConfiguration()
    package var direction = DirectionConfiguration()

    package init() {}

    /// The decisions on each CDR.
    package var policy: RecordPolicy {
        RecordPolicy(direction: direction.directionSettings, filters: filter.filterSettings)
    }
}
