import Basics
import Connector
import Daemon
import Glibc

/// A configuration is there, or an error says why not; what is said is not much longer than the files.
enum ConfigurationProperties {
    /// The first byte chooses: the env-file, the JSON file, or both, one behind the other at a zero byte.
    static func problem(_ input: [UInt8]) -> String? {
        guard let choice = input.first else { return nil }
        let parts = input.dropFirst().split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        let (first, second) = (parts.first ?? [], parts.dropFirst().first ?? [])
        let result = Configuration.load(
            SettingSources(
                configFile: choice % 3 == 0 ? nil : "config.json",
                envFile: choice % 3 == 1 ? nil : ".env",
                environment: [:]
            ) { (path, _) throws(SystemError) in
                switch path {
                case "config.json": return Array(choice % 3 == 1 ? first : second)
                case ".env": return Array(first)
                default: throw SystemError("open", path, code: ENOENT)
                }
            }
        )
        if (result.configuration == nil) != !result.errors.isEmpty { return "neither a configuration nor an error" }
        let said = result.errors.map { "\($0)" } + result.warnings.map { "\($0)" }
        let bytes = said.reduce(0) { $0 + $1.utf8.count }
        return bytes <= 200 * input.count + 20_000 ? nil : "\(bytes) bytes of messages for \(input.count)"
    }
}
