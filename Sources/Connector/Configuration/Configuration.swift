package import Basics
package import Daemon
package import Delivery
package import Recordings
package import Reporting
package import Spool
import Voicemail

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
    /// The folder of the voicemail mails that wait; other settings of voicemail are not read.
    package var voicemailQueue = VoicemailConfiguration().queueFolder
    /// Where the values came from; empty in a new value.
    package private(set) var report = SettingsReport()

    /// All secrets, whichever setting has them.
    package var secrets: [Secret] { report.secrets }

    package init() {}

    /// Reads the configuration of `run`.
    ///
    /// Blocks while it reads files.
    package static func load(_ sources: SettingSources) -> LoadResult<Configuration> {
        var loader = SettingsLoader(sources, known: SettingTable.sections, formerSetting: FormerSettings.advice)
        var configuration = Configuration(&loader)
        configuration.report = loader.finish()
        return LoadResult(configuration, configuration.report)
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
        voicemailQueue = loader.load([VoicemailConfiguration.settings.only("VOICEMAIL_QUEUE_DIR")]).queueFolder
        spool = loader.load([SpoolConfiguration.settings])
        monitoring = loader.load([MonitoringConfiguration.settings])
        loader.load([GeneralConfiguration.container], into: &general)
    }
}
