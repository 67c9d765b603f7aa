import Basics
import HTTP

/// The fields of a user as a client, a command or a file gives them.
struct UserFields {
    let extensions: ExtensionPattern

    /// Words of paths below `/api/ami/users/`, which are nobody's name.
    private static let reserved: Set<String> = ["login", "logout", "password", "refresh", "register", "status"]

    /// What is wrong with a value.
    struct Violation: Error, Equatable, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }

    func username(_ text: String) throws(Violation) -> String {
        guard Account.isUsername(text), !Self.reserved.contains(text) else {
            throw Violation("username has 1 to 64 of A-Z a-z 0-9 . _ - and is not a word of a path")
        }
        return text
    }

    func role(_ text: String) throws(Violation) -> CallRole {
        guard let role = CallRole(rawValue: text) else {
            throw Violation("role is one of \(CallRole.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return role
    }

    /// An empty text means none.
    func `extension`(_ text: String) throws(Violation) -> String {
        guard text.isEmpty || isExtension(text) else { throw Violation("extension is not one") }
        return text
    }

    func name(_ text: String) throws(Violation) -> String {
        guard let shown = ShownText(text) else { throw Violation("name has 80 bytes at most, on one line") }
        return shown.description
    }

    func permissions(_ texts: [String]) throws(Violation) -> Set<CallPermission> {
        var permissions: Set<CallPermission> = []
        for text in texts {
            guard let permission = CallPermission(rawValue: text) else {
                let all = CallPermission.allCases.map(\.rawValue).joined(separator: ", ")
                throw Violation("permissions are some of \(all)")
            }
            permissions.insert(permission)
        }
        return permissions
    }

    func team(_ texts: [String]) throws(Violation) -> Set<String> {
        guard texts.count <= Account.largestTeam, texts.allSatisfy(isExtension) else {
            throw Violation("teams are \(Account.largestTeam) extensions at most")
        }
        return Set(texts)
    }

    private func isExtension(_ text: String) -> Bool {
        Dialable(text) != nil && extensions.matches(Array(text.utf8)[...])
    }
}
