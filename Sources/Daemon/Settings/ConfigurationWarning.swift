/// A warning about a configuration that works; never contains a value that could be a secret.
package enum ConfigurationWarning: Equatable, Sendable, CustomStringConvertible {
    /// A key of the JSON file that is not a setting; `hint` is the most similar one.
    case unknownKey(path: String, file: String, hint: String?)
    /// A variable with one of our prefixes that is not a setting; `hint` is the most similar one.
    case unknownVariable(name: String, origin: SettingOrigin, hint: String?)
    /// A setting of the older connector.
    case formerSetting(name: String, origin: SettingOrigin, advice: String)
    /// A variable is set again in the env-file; lines count from 1.
    case setTwice(name: String, file: String, line: Int)
    /// A secret is set both directly and by a file.
    case secretAndFile(variable: String, fileVariable: String)
    /// A finding of a rule of the settings; the sentence says what to do.
    case advice(String)
    /// The monitoring port is open to everyone who can reach it.
    case openMonitoring(host: String)
    /// The password of the monitoring port is sent unencrypted over a network.
    case plainMonitoring(host: String)

    package var description: String {
        switch self {
        case .unknownKey(let path, let file, let hint): "\(path) in \(file) is not a setting\(Self.question(hint))"
        case .unknownVariable(let name, let origin, let hint):
            "\(name) (\(origin)) is not a setting\(Self.question(hint))"
        case .formerSetting(let name, let origin, let advice):
            "\(name) (\(origin)) is a setting of an older connector and is ignored; \(advice)"
        case .setTwice(let name, let file, let line):
            "\(name) is set again in \(file), line \(line); the last one counts"
        case .secretAndFile(let variable, let fileVariable):
            "\(variable) and \(fileVariable) are both set; the file counts, remove the other"
        case .advice(let sentence): sentence
        case .openMonitoring(let host):
            "the monitoring port on \(host) is open to everyone who reaches it; set MONITORING_USERNAME and "
                + "MONITORING_PASSWORD, or MONITORING_BIND=127.0.0.1"
        case .plainMonitoring(let host):
            "the monitoring port on \(host) takes its password without encryption; set "
                + "MONITORING_TLS_CERTIFICATE_FILE and MONITORING_TLS_KEY_FILE"
        }
    }

    private static func question(_ hint: String?) -> String {
        hint.map { " and is ignored; did you mean \($0)?" } ?? " and is ignored"
    }
}
