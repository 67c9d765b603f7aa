package import Basics

/// An error in a configuration, in one sentence that says what to do.
package enum ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// A required setting has no value.
    case missing(variable: String, path: String)
    /// A value is not allowed; `value` is safe to show.
    case rejected(name: String, value: String, allowed: String, origin: SettingOrigin)
    /// A secret is not allowed.
    case rejectedSecret(name: String, allowed: String, origin: SettingOrigin)
    /// The file that a variable or an option names cannot be read.
    case unreadable(name: String, SystemError)
    /// The file with a secret is empty.
    case emptySecretFile(variable: String, path: String)
    /// The JSON file has a syntax error; line and column count from 1.
    case notJSON(file: String, line: Int, column: Int, problem: String)
    /// A value in the JSON file must be an object and is not; an empty path means the whole file.
    case notAnObject(path: String, file: String)
    /// A line of the env-file has a syntax error; lines count from 1.
    case envFileSyntax(file: String, line: Int, problem: String)
    /// Two settings contradict each other; the sentence explains it and says what to do.
    case contradiction(String)
    /// Only one of two settings that need each other is set.
    case half(given: String, missing: String)
    /// A file does not contain what TLS needs.
    case notPEM(name: String, path: String, content: String)

    package var description: String {
        switch self {
        case .missing(let variable, let path):
            "\(variable) is required; set it in the environment or in an env-file, or set \(path) in the JSON file"
        case .rejected(let name, let value, let allowed, let origin):
            "\(name) is '\(value)' (\(origin)); set it to \(allowed)"
        case .rejectedSecret(let name, let allowed, let origin):
            "\(name) has a value that cannot be used (\(origin)); set it to \(allowed)"
        case .unreadable(let name, let error):
            "the file that \(name) names cannot be read (\(error)); correct the path or the rights of the file"
        case .emptySecretFile(let variable, let path):
            "the file \(path) that \(variable) names is empty; write the secret into it"
        case .notJSON(let file, let line, let column, let problem):
            "\(file) is not JSON: \(problem) at line \(line), column \(column); correct the file"
        case .notAnObject(let path, let file):
            path.isEmpty
                ? "\(file) does not hold a JSON object; write its sections between { and }"
                : "\(path) in \(file) is not a JSON object; write its settings between { and }"
        case .envFileSyntax(let file, let line, let problem): "\(file), line \(line): \(problem)"
        case .contradiction(let sentence): sentence
        case .half(let given, let missing): "\(given) is set and \(missing) is not; set both or neither"
        case .notPEM(let name, let path, let content):
            "\(path), which \(name) names, holds no \(content) in PEM form; name the right file"
        }
    }
}
