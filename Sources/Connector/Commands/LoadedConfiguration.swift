import Basics

/// The configuration of a command, read as the command line says.
enum LoadedConfiguration {
    /// The configuration and the log it asks for; `nil` after its errors were shown, all of them.
    static func load(_ invocation: Invocation) -> (configuration: Configuration, sink: LogSink)? {
        let result = read(invocation)
        guard let configuration = configuration(of: result) else { return nil }
        let sink = LogSink(level: configuration.logging.level, format: configuration.logging.format)
        sink.hide(result.secrets)
        let log = Logger("config", sink: sink)
        for warning in result.warnings {
            log.warning("a setting may be a mistake", [.init(own: "warning", warning)], collapsing: false)
        }
        return (configuration, sink)
    }

    /// The configuration of a command that uses only some settings; `nil` after its errors were shown.
    ///
    /// Others are neither required nor checked.
    static func load(_ invocation: Invocation, only settings: [Setting]) -> Configuration? {
        let result = read(invocation, settings)
        guard let configuration = configuration(of: result) else { return nil }
        for warning in result.shownWarnings { Terminal.write("asterisk-connector: warning: \(warning)\n", to: .errors) }
        return configuration
    }

    private static func configuration(of result: LoadResult) -> Configuration? {
        guard result.configuration == nil else { return result.configuration }
        var text = "asterisk-connector: the configuration has \(result.errors.count) error(s):\n"
        for error in result.shownErrors { text += "  - \(error)\n" }
        for warning in result.shownWarnings { text += "  - warning: \(warning)\n" }
        Terminal.write(text, to: .errors)
        return nil
    }

    static func read(_ invocation: Invocation, _ settings: [Setting] = SettingTable.settings) -> LoadResult {
        Configuration.load(
            settings,
            configFile: invocation.string("config"),
            envFile: invocation.string("env-file"),
            environment: (try? ProcessEnvironment.read()) ?? [:]
        )
    }
}
