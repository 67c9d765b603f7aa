/// The source of the value of a setting; a later case overrides an earlier one.
package enum SettingOrigin: Sendable, Equatable, CustomStringConvertible {
    case `default`
    case file(String)
    case envFile(String)
    case environment
    case commandLine
    /// The content of the file that the variable names.
    case secretFile(variable: String)

    package var description: String {
        switch self {
        case .default: "default"
        case .file(let path): "file \(path)"
        case .envFile(let path): "env-file \(path)"
        case .environment: "environment"
        case .commandLine: "command line"
        case .secretFile(let variable): "content of \(variable)"
        }
    }
}
