import Basics
import Daemon

/// Reads the settings of the commands `callerid`.
enum CallerIDSettings {
    /// The file with settings that counts without `--env-file`, when it is readable.
    static let usualFile = "/etc/asterisk-connector/callerid.env"

    static let option = OptionDefinition.text("env-file", "FILE", "A .env file in place of \(usualFile)")

    static let opsConf = OptionDefinition.text("ops-conf", "FILE", "Also read the section [global] of an OPS.conf")

    /// Reads the environment and a file, and OPS.conf where `--ops-conf` names it; blocks.
    static func read(_ invocation: Invocation) -> LoadResult<CallerIDConfiguration> {
        let usual = (try? SettingSources.content(of: usualFile)) == nil ? nil : usualFile
        var sources = SettingSources(
            envFile: invocation.string("env-file") ?? usual,
            environment: (try? ProcessEnvironment.read()) ?? [:]
        )
        // Not every command has the option.
        if invocation.command.options.contains(where: { $0.name == opsConf.name }) {
            sources.fallback = invocation.string(opsConf.name).map(OpsConf.read)
        }
        var loader = SettingsLoader(sources, known: invocation.program.settings)
        var configuration = loader.load([CallerIDConfiguration.settings, CallerIDConfiguration.shared])
        configuration.logging = loader.load([LoggingConfiguration.settings])
        if configuration.debug { configuration.logging.level = .debug }
        return LoadResult(configuration, loader.finish())
    }

    /// The same, with errors and warnings on standard error; `nil` after errors.
    static func load(_ invocation: Invocation) -> LoadResult<CallerIDConfiguration>? {
        let result = read(invocation)
        guard result.configuration != nil else {
            result.showErrors()
            return nil
        }
        return result
    }
}
