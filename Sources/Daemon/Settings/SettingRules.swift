package import Basics

/// What the rules of a group know beside the values, and what they find wrong.
package struct SettingRules {
    /// Gives the content of a file, and of a pipe where that is allowed.
    package typealias ReadFile = (String, FileContents.Kind) throws(SystemError) -> [UInt8]

    /// The labels of settings that have a value, even a wrong one.
    let given: Set<String>
    /// The labels of those whose value was taken.
    let stored: Set<String>
    private let readFile: ReadFile
    private(set) var errors: [ConfigurationError] = []
    private(set) var warnings: [ConfigurationWarning] = []

    init(given: Set<String>, stored: Set<String>, readFile: @escaping ReadFile) {
        self.given = given
        self.stored = stored
        self.readFile = readFile
    }

    /// Whether somebody gave a value, even a wrong one.
    package func isGiven(_ label: String) -> Bool { given.contains(label) }

    /// Whether a value was given and taken.
    package func isStored(_ label: String) -> Bool { stored.contains(label) }

    package mutating func refuse(_ error: ConfigurationError) { errors.append(error) }
    package mutating func warn(_ warning: ConfigurationWarning) { warnings.append(warning) }

    /// Refuses one of two settings without the other.
    package mutating func requireBoth(_ one: String, _ other: String) {
        for (name, missing) in [(one, other), (other, one)] where given.contains(name) && !given.contains(missing) {
            refuse(.half(given: name, missing: missing))
        }
    }

    /// Refuses a file that cannot be read or does not hold what TLS needs.
    ///
    /// - Parameter content: what it should hold, in words.
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

    /// Refuses a pipe or folder where a library opens a file by its path: it would wait for a pipe.
    ///
    /// A file that is not there yet is no error.
    package mutating func requireFile(_ path: String?, _ name: String) {
        guard let path else { return }
        do throws(SystemError) {
            _ = try readFile(path, .file)
        } catch {
            if error.isWrongKind { refuse(.unreadable(name: name, error)) }
        }
    }
}
