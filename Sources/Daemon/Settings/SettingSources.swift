package import Basics

/// Where the values of settings come from: the JSON file, then the env-file, then the environment; later ones count.
package struct SettingSources {
    /// The JSON file; `nil`: the one that `ASTERISK_CONFIG_FILE` names, if any.
    package var configFile: String?
    /// A `.env` file, which fills in what `environment` leaves open.
    package var envFile: String?
    /// The variables of the process.
    package var environment: [String: String]
    package var readFile: SettingRules.ReadFile

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

    /// The content of a file that is not too large for one that people write: 1 MiB.
    package static func content(of path: String, _ kind: FileContents.Kind = .file) throws(SystemError) -> [UInt8] {
        try FileContents.read(path, limit: 1 << 20, from: kind)
    }
}
