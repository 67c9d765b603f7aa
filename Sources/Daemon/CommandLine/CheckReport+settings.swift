import Basics

extension CheckReport {
    /// A report on the terminal that begins with the errors and warnings of the settings; without errors it goes on with
    /// the settings that are not the default.
    ///
    /// - Parameter summary: the most important settings in a few words.
    package init<Configuration>(_ result: LoadResult<Configuration>, summary: (Configuration) -> String) {
        self.init(hasColours: Terminal.hasColours(.output), redaction: result.redaction)
        for error in result.errors { add(.failed, "Configuration", "\(error)") }
        for warning in result.warnings { add(.warning, "Configuration", "\(warning)") }
        guard let configuration = result.configuration else { return }
        add(.passed, "Configuration", "complete; \(summary(configuration))")
        for setting in result.report.settings where setting.origin != .default {
            add(.note, "Setting", setting.description)
        }
    }
}
