import Basics
import Daemon

@testable import Connector

/// A key and a password that must not be found in anything the program shows.
enum Hidden {
    static let key = "sk_0123456789abcdefghijABCDEFGHIJ01"
    static let password = "hunter2-of-the-pbx"
}

/// What a configuration needs at least.
let requiredVariables = [
    "API_KEY": Hidden.key, "AMI_HOST": "127.0.0.1", "AMI_USERNAME": "connector", "AMI_PASSWORD": Hidden.password,
]

/// The files that the examples of the monitoring port name.
let certificateFiles = [
    "/etc/asterisk-connector/monitoring.pem": "-----BEGIN CERTIFICATE-----",
    "/etc/asterisk-connector/monitoring-key.pem": "-----BEGIN PRIVATE KEY-----",
]

/// Loads with files that exist only here.
func loadConfiguration(
    _ variables: [String: String] = [:],
    json: String? = nil,
    envFile: String? = nil,
    files: [String: String] = [:],
    required: [String: String] = requiredVariables
) -> LoadResult<Configuration> {
    var contents = certificateFiles.merging(files) { $1 }
    contents["config.json"] = json
    contents[".env"] = envFile
    return Configuration.load(
        SettingSources(
            configFile: json == nil ? nil : "config.json",
            envFile: envFile == nil ? nil : ".env",
            environment: required.merging(variables) { $1 },
            readFile: { (path, _) throws(SystemError) in
                guard let content = contents[path] else { throw SystemError("open", path, code: 2) }
                return Array(content.utf8)
            }
        )
    )
}

extension LoadResult {
    var errorTexts: [String] { errors.map(\.description) }
    var warningTexts: [String] { warnings.map(\.description) }
}

extension SettingDescription {
    /// The value in JSON that stands for `text`: a list, a number or a boolean where the setting is one.
    func json(_ text: String) -> JSONValue {
        let elements = text.split(separator: ",").map { JSONValue.string(String($0)) }
        if accepts(.json(.array(elements))) { return .array(elements) }
        if text == "true" || text == "false" { return .boolean(text == "true") }
        return Array(text.utf8)[...].integer.map { .integer($0) } ?? .string(text)
    }
}
