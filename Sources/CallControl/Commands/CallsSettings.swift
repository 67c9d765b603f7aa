package import Daemon

/// Reads the settings of the commands `calls`.
package enum CallsSettings {
    /// The file with settings that counts without `--env-file`, when it is readable.
    private static let usualFile = "/etc/asterisk-connector/calls.env"

    package static let options: [OptionDefinition] = [
        .text("config", "FILE", "A JSON file with settings; beats ASTERISK_CONFIG_FILE"),
        .text("env-file", "FILE", "A .env file in place of \(usualFile)"),
    ]

    /// Reads settings; blocks.
    ///
    /// - Parameter body: loads those that the command needs; `CallsConfiguration.load` loads all of them.
    package static func read(
        _ invocation: Invocation,
        _ body: (inout SettingsLoader) -> CallsConfiguration
    ) -> LoadResult<CallsConfiguration> {
        var sources = invocation.sources
        if sources.envFile == nil, (try? SettingSources.content(of: usualFile)) != nil { sources.envFile = usualFile }
        var loader = SettingsLoader(sources, known: invocation.program.settings)
        let configuration = body(&loader)
        return LoadResult(configuration, loader.finish())
    }

    /// What the commands about users need, with errors on standard error; `nil` after errors.
    static func store(_ invocation: Invocation) -> CallsConfiguration? {
        let result = read(invocation) { loader in
            loader.load([CallsConfiguration.settings.only("CALLS_DB", "CALLS_EXTENSION_PATTERN")])
        }
        if result.configuration == nil { result.showErrors() }
        return result.configuration
    }
}
