package import Basics

/// The sources of settings: the JSON file, then the env-file, then the environment; later ones override.
package struct SettingSources {
    /// The path of the JSON file; `nil` uses the one that `ASTERISK_CONFIG_FILE` names, if any.
    package var configFile: String?
    /// The path of a `.env` file, which adds variables that `environment` does not have.
    package var envFile: String?
    /// The variables of the process.
    package var environment: [String: String]
    package var readFile: SettingRules.ReadFile
    /// Variables of a file in another format, which count where neither the environment nor the env-file has them.
    package var fallback: Fallback?

    /// What was read from a file in another format.
    package struct Fallback: Sendable {
        package let path: String
        package var variables: [String: String] = [:]
        package var errors: [ConfigurationError] = []
        package var warnings: [ConfigurationWarning] = []

        package init(path: String) { self.path = path }
    }

    package init(
        configFile: String? = nil,
        envFile: String? = nil,
        environment: [String: String],
        readFile: @escaping SettingRules.ReadFile = content
    ) {
        self.configFile = configFile
        self.envFile = envFile
        self.environment = environment
        self.readFile = readFile
    }

    /// Reads a file of at most 1 MiB; blocks.
    package static func content(of path: String, _ kind: FileContents.Kind = .file) throws(SystemError) -> [UInt8] {
        try FileContents.read(path, limit: 1 << 20, from: kind)
    }
}
