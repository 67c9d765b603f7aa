import Basics

/// The configuration of a command, read as the command line says.
enum LoadedConfiguration {
    /// The configuration and the log it asks for; `nil` after its errors were shown, all of them.
    static func load(_ invocation: Invocation) -> (configuration: Configuration, sink: LogSink)? {
        let result = read(invocation)
        guard let configuration = result.configuration else {
            var text = "asterisk-connector: the configuration has \(result.errors.count) error(s):\n"
            for error in result.errors { text += "  - \(error)\n" }
            for warning in result.warnings { text += "  - warning: \(warning)\n" }
            Terminal.write(text, to: .errors)
            return nil
        }
        let sink = LogSink(level: configuration.logging.level, format: configuration.logging.format)
        let log = Logger("config", sink: sink)
        for warning in result.warnings { log.warning(warning.description) }
        return (configuration, sink)
    }

    static func read(_ invocation: Invocation) -> LoadResult {
        Configuration.load(
            configFile: invocation.string("config"),
            envFile: invocation.string("env-file"),
            environment: (try? ProcessEnvironment.read()) ?? [:]
        )
    }
}
