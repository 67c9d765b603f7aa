package import Basics

/// The settings of the log.
package struct LoggingConfiguration: Configurable {
    /// The least serious level that is written.
    package var level = LogLevel.info
    /// Text lines or JSON objects.
    package var format = LogFormat.text

    package init() {}
}

extension LoggingConfiguration {
    package static let settings = SettingGroup<LoggingConfiguration>(
        title: "Logging",
        introduction: "The log goes to standard error, one line for each message.",
        settings: [
            Setting(
                "LOG_LEVEL",
                "logging.level",
                at: \.level,
                .choice,
                "The least serious messages that are written. Numbers of callers are complete only with DEBUG."
            ),
            Setting(
                "LOG_FORMAT",
                "logging.format",
                at: \.format,
                .choice,
                "Lines to read, or one JSON object for each line."
            ),
        ]
    )
}
