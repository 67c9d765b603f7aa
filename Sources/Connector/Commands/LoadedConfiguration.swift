import Basics
import Daemon

/// Loads the configuration of `run` from the sources in the command line.
enum LoadedConfiguration {
    /// The configuration and its log; `nil` after all errors were shown.
    static func load(_ invocation: Invocation) -> (configuration: Configuration, sink: LogSink)? {
        let result = read(invocation)
        guard let configuration = result.configuration else {
            result.showErrors()
            return nil
        }
        let sink = LogSink(level: configuration.logging.level, format: configuration.logging.format)
        sink.hide(result.secrets)
        let log = Logger("config", sink: sink)
        for warning in result.warnings {
            log.warning("setting questionable", [.init(own: "warning", warning)], collapsing: false)
        }
        return (configuration, sink)
    }

    static func read(_ invocation: Invocation) -> LoadResult<Configuration> {
        Configuration.load(invocation.sources)
    }
}
