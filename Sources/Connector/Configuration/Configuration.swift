package import Basics
package import Daemon
package import Delivery
package import Recordings
package import Reporting
package import Spool

/// All settings of `run`, checked and converted to the units of the program.
///
/// A new value has the defaults; `load` reads files and the environment. Names, limits and meanings are declared beside
/// each part; `SettingTable` lists them.
package struct Configuration: Sendable {
    package var general = GeneralConfiguration()
    package var api = APIConfiguration()
    package var ami = AMIConfiguration()
    package var logging = LoggingConfiguration()
    package var records = BatchConfiguration()
    package var reporting = ReportingConfiguration()
    package var recordings = RecordingsConfiguration()
    package var spool = SpoolConfiguration()
    package var monitoring = MonitoringConfiguration()
    /// The origin of each value that is not the default, by the label of its setting.
    package private(set) var origins: [String: SettingOrigin] = [:]
    /// All secrets, whichever setting has them.
    package var secrets: [Secret] = []
    /// All settings that were read, in the order of the documentation, without secrets.
    package private(set) var redacted: [RedactedSetting] = []

    package init() {}

    /// Reads the configuration of `run`.
    ///
    /// Blocks while it reads files.
    package static func load(_ sources: SettingSources) -> LoadResult<Configuration> {
        var loader = SettingsLoader(sources, known: SettingTable.sections, formerSetting: FormerSettings.advice)
        var configuration = Configuration(&loader)
        let report = loader.finish()
        configuration.adopt(report)
        return LoadResult(configuration, report)
    }

    /// Reads all settings, in the order of the documents.
    private init(_ loader: inout SettingsLoader) {
        api = loader.load([APIConfiguration.settings])
        ami = loader.load([AMIConfiguration.settings])
        general = loader.load([GeneralConfiguration.settings])
        logging = loader.load([LoggingConfiguration.settings])
        records = loader.load([BatchConfiguration.settings])
        reporting = loader.load(ReportingFeature.self)
        recordings = loader.load(RecordingsFeature.self)
        spool = loader.load([SpoolConfiguration.settings])
        monitoring = loader.load([MonitoringConfiguration.settings])
        loader.load([GeneralConfiguration.container], into: &general)
    }

    private mutating func adopt(_ report: SettingsReport) {
        origins = report.origins
        secrets = report.secrets
        redacted = report.settings
    }
}
