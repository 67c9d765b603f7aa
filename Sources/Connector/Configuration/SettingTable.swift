import Daemon
import Delivery
import Recordings
import Reporting
import Spool

/// All settings of all commands, in the order of the documents.
enum SettingTable {
    static let sections = sections(of: ConnectorProgram.features)

    /// The sections that the features of `run` share, with those of the features in between.
    static func sections(of features: [any Feature.Type]) -> [SettingSection] {
        let first = [
            APIConfiguration.settings.section, AMIConfiguration.settings.section,
            GeneralConfiguration.settings.section, LoggingConfiguration.settings.section,
            BatchConfiguration.settings.section,
        ]
        let last = [
            SpoolConfiguration.settings.section, MonitoringConfiguration.settings.section,
            GeneralConfiguration.container.section,
        ]
        return first + features.flatMap { $0.sections } + last
    }

    static let settings: [SettingDescription] = sections.flatMap(\.settings)

    static let byVariable: [String: SettingDescription] = Dictionary(
        settings.compactMap { setting in setting.variable.map { ($0, setting) } },
        uniquingKeysWith: { first, _ in first }
    )
}
