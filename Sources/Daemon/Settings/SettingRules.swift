package import Basics

/// The context in which the rules of a group run, and the errors and warnings that they report.
package struct SettingRules {
    /// Reads a file, or a pipe where that is allowed; blocks.
    package typealias ReadFile = (String, FileContents.Kind) throws(SystemError) -> [UInt8]

    /// The labels of settings that have a value, even a wrong one.
    let given: Set<String>
    /// The labels of settings whose value was accepted.
    let stored: Set<String>
    private let readFile: ReadFile
    private(set) var errors: [ConfigurationError] = []
    private(set) var warnings: [ConfigurationWarning] = []

    init(given: Set<String>, stored: Set<String>, readFile: @escaping ReadFile) {
        self.given = given
        self.stored = stored
        self.readFile = readFile
    }

    /// Whether the setting has a value in any source, even a wrong one.
    package func isGiven(_ label: String) -> Bool { given.contains(label) }

    /// Whether the setting has a value that was accepted.
    package func isStored(_ label: String) -> Bool { stored.contains(label) }

    /// Reports an error.
    package mutating func refuse(_ error: ConfigurationError) { errors.append(error) }
    /// Reports a warning.
    package mutating func warn(_ warning: ConfigurationWarning) { warnings.append(warning) }

    /// Reports an error when only one of two settings is set.
    package mutating func requireBoth(_ one: String, _ other: String) {
        for (name, missing) in [(one, other), (other, one)] where given.contains(name) && !given.contains(missing) {
            refuse(.half(given: name, missing: missing))
        }
    }

    /// Reports an error when a file cannot be read or does not contain what TLS needs.
    ///
    /// - Parameter content: a description of the required content.
    package mutating func requirePEM(
        _ path: String?,
        _ name: String,
        _ content: String,
        accepts: (String) -> Bool
    ) {
        guard let path else { return }
        do throws(SystemError) {
            guard !accepts(String(decoding: try readFile(path, .file), as: UTF8.self)) else { return }
            refuse(.notPEM(name: name, path: path, content: content))
        } catch {
            refuse(.unreadable(name: name, error))
        }
    }

    /// Reports an error for a pipe or folder where a library opens a file by its path; it would wait for the pipe.
    ///
    /// A file that does not exist yet is accepted.
    package mutating func requireFile(_ path: String?, _ name: String) {
        guard let path else { return }
        do throws(SystemError) {
            _ = try readFile(path, .file)
        } catch {
            if error.isWrongKind { refuse(.unreadable(name: name, error)) }
        }
    }
}
