import Basics

/// Reads the settings of a command that has the options of `OptionDefinition.configuration`.
extension Invocation {
    /// The sources of settings for this process.
    package var sources: SettingSources {
        SettingSources(
            configFile: string("config"),
            envFile: string("env-file"),
            environment: (try? ProcessEnvironment.read()) ?? [:]
        )
    }

    /// Reads parts of the configuration; blocks while it reads files.
    ///
    /// - Parameter body: loads the settings that the command needs; no others are required or checked.
    package func read<Configuration: Sendable>(
        _ body: (inout SettingsLoader) -> Configuration
    ) -> LoadResult<Configuration> {
        var loader = SettingsLoader(sources, known: program.settings, formerSetting: program.formerSetting)
        let configuration = body(&loader)
        return LoadResult(configuration, loader.finish())
    }

    /// Reads parts of the configuration, and shows errors and warnings on standard error; blocks while it reads files.
    ///
    /// - Returns: `nil` after errors.
    package func settings<Configuration: Sendable>(
        _ body: (inout SettingsLoader) -> Configuration
    ) -> Configuration? {
        let result = read(body)
        guard let configuration = result.configuration else {
            result.showErrors()
            return nil
        }
        for warning in result.shownWarnings { Terminal.complain("warning: \(warning)") }
        return configuration
    }
}

extension LoadResult {
    /// Shows all errors and warnings on standard error.
    package func showErrors() {
        var text = "\(ProgramDefinition.name): the configuration has \(errors.count) error(s):\n"
        for error in shownErrors { text += "  - \(error)\n" }
        for warning in shownWarnings { text += "  - warning: \(warning)\n" }
        Terminal.write(text, to: .errors)
    }
}
