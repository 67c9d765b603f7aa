import Daemon
import Delivery
import Recordings
import Reporting
import Spool

/// All settings there are, in the order of the documents.
enum SettingTable {
    static let sections: [SettingSection] = [
        APIConfiguration.settings.section, AMIConfiguration.settings.section, GeneralConfiguration.settings.section,
        LoggingConfiguration.settings.section, BatchConfiguration.settings.section,
        FilterConfiguration.settings.section, DirectionConfiguration.settings.section,
        DirectionConfiguration.contextSettings.section, RecordingsConfiguration.settings.section,
        SpoolConfiguration.settings.section, MonitoringConfiguration.settings.section,
        GeneralConfiguration.container.section,
    ]

    static let settings: [SettingDescription] = sections.flatMap(\.settings)

    static let byVariable: [String: SettingDescription] = Dictionary(
        settings.compactMap { setting in setting.variable.map { ($0, setting) } },
        uniquingKeysWith: { first, _ in first }
    )
}
